using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Bytes that are a part of a file on disk.</summary>
/// <param name="path">The file.</param>
/// <param name="offset">Where they start.</param>
/// <param name="length">How many they are.</param>
/// <param name="digest">Their digest.</param>
internal sealed class FilePart(string path, long offset, long length, Digest digest) : FileContent
{
    /// <inheritdoc/>
    public override long Length => length;

    /// <inheritdoc/>
    public override Digest? KnownDigest => digest;

    /// <inheritdoc/>
    public override (string Path, long Offset)? PartOf => (path, offset);

    /// <inheritdoc/>
    public override Stream OpenRead()
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        file.Position = offset;
        return new LimitedStream(file, length);
    }
}

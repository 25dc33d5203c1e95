using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A file's bytes on disk, with their digest where it was known when the layer was built.</summary>
/// <param name="path">The file's absolute path.</param>
/// <param name="digest">The digest, or null.</param>
internal sealed class StoredContent(string path, Digest? digest) : FileContent
{
    private readonly FileContent file = FromFile(path);

    public override long Length => file.Length;

    public override string? SourcePath => file.SourcePath;

    public override Digest? KnownDigest => digest;

    public override Stream OpenRead() => file.OpenRead();
}

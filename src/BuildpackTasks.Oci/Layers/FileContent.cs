namespace BuildpackTasks.Oci;

/// <summary>Where the bytes of a file in a layer come from. Nothing is read before it is opened.</summary>
public abstract class FileContent
{
    /// <summary>The length in bytes.</summary>
    public abstract long Length { get; }

    /// <summary>
    /// The file on disk that has the bytes, as an absolute path, so that its digest can be remembered by its stamp; null where
    /// the bytes are elsewhere.
    /// </summary>
    public virtual string? SourcePath => null;

    /// <summary>
    /// Where the bytes are in a file on disk that holds more than them: its absolute path, and where they start. A layer can then be
    /// noted without a copy of them. Null where they are a whole file or elsewhere.
    /// </summary>
    public virtual (string Path, long Offset)? PartOf => null;

    /// <summary>
    /// The digest of the bytes where it is known without reading them; writing a layer verifies it. Null where they have to be read.
    /// </summary>
    public virtual Digest? KnownDigest => null;

    /// <summary>Opens the bytes for reading from their start.</summary>
    public abstract Stream OpenRead();

    /// <summary>The bytes of a file on disk.</summary>
    /// <param name="path">The file's absolute path; a symbolic link stands for what it points to.</param>
    public static FileContent FromFile(string path) => new OnDisk(path);

    /// <summary>Bytes that are a part of a file on disk.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="offset">Where they start.</param>
    /// <param name="length">How many they are.</param>
    /// <param name="digest">Their digest, or null where nobody knows it.</param>
    public static FileContent FromPart(string path, long offset, long length, Digest? digest) => new Part(path, offset, length, digest);

    /// <summary>Bytes in memory.</summary>
    /// <param name="bytes">The bytes; not to be changed afterwards.</param>
    public static FileContent FromBytes(byte[] bytes) => new InMemory(bytes);

    private sealed class OnDisk(string path) : FileContent
    {
        private readonly Lazy<long> length = new(() => new FileInfo(path) is { LinkTarget: null } file ? file.Length : LengthBehindLink(path));

        public override long Length => length.Value;

        public override string SourcePath => path;

        public override Stream OpenRead() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);

        private static long LengthBehindLink(string path)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return stream.Length;
        }
    }

    private sealed class Part(string path, long offset, long length, Digest? digest) : FileContent
    {
        public override long Length => length;

        public override Digest? KnownDigest => digest;

        public override (string Path, long Offset)? PartOf => (path, offset);

        public override Stream OpenRead() =>
            new SliceStream(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), owned: true, offset, length);
    }

    private sealed class InMemory(byte[] bytes) : FileContent
    {
        public override long Length => bytes.Length;

        public override Stream OpenRead() => new MemoryStream(bytes, writable: false);
    }
}

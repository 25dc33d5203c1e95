using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Bytes that are a part of a file on disk, as an unpacked package's are of the cache's.</summary>
/// <param name="path">The file's absolute path.</param>
/// <param name="offset">Where they start.</param>
/// <param name="length">How many they are.</param>
/// <param name="digest">Their digest where it was known when the layer was built, or null.</param>
internal sealed class StoredPart(string path, long offset, long length, Digest? digest) : FileContent
{
    public override long Length => length;

    public override (string Path, long Offset)? PartOf => (path, offset);

    public override Digest? KnownDigest => digest;

    public override Stream OpenRead() => new PartStream(path, offset, length);

    private sealed class PartStream : Stream
    {
        private readonly FileStream file;
        private readonly long length;
        private long position;

        public PartStream(string path, long offset, long length)
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0) { Position = offset };
            this.length = length;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = file.Read(buffer[..Within(buffer.Length)]);
            position += read;
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await file.ReadAsync(buffer[..Within(buffer.Length)], cancellationToken);
            position += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) file.Dispose();
            base.Dispose(disposing);
        }

        private int Within(int count) => (int)Math.Min(count, length - position);
    }
}

using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace BuildpackTasks.Oci;

/// <summary>
/// Compresses what is written to it with gzip on several cores. The input is cut into chunks of one size and each becomes a
/// gzip member of its own (RFC 1952, 2.2: members follow each other), so the bytes do not depend on how many threads made
/// them. Input of less than one chunk is compressed in place. At most a few chunks for each core are in memory.
/// </summary>
internal sealed class ParallelGzipStream(Stream output, int parallelism, LayerCompression compression = LayerCompression.Balanced) : Stream
{
    /// <summary>How much input one member holds.</summary>
    public const int ChunkSize = 1024 * 1024;

    // What cannot be compressed is stored, in blocks with a header each (RFC 1951, 3.2.4); some ten times of what that takes.
    private const int MaxExpansion = 8 * 1024;

    // Level 5 takes a seventh less time than 6, which most tools use, for two thousandths more bytes.
    private readonly ZLibCompressionOptions options = new() { CompressionLevel = compression == LayerCompression.Smallest ? 9 : 5 };
    private readonly IncrementalHash inputHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationTokenSource abandoned = new();
    private byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
    private int filled;
    private Channel<Task<Member>>? members;
    private Task? pump;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (filled == ChunkSize) await DispatchAsync(cancellationToken);
            int count = Math.Min(buffer.Length, ChunkSize - filled);
            buffer[..count].CopyTo(chunk.AsMemory(filled));
            filled += count;
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes what is left and gives the digest of all input.</summary>
    public async Task<Digest> FinishAsync(CancellationToken cancellationToken)
    {
        if (pump is null)
        {
            await WriteMemberAsync(Compress(chunk, filled), cancellationToken);
        }
        else
        {
            if (filled > 0) await DispatchAsync(cancellationToken);
            members!.Writer.Complete();
            await pump.WaitAsync(cancellationToken);
        }
        return Digest.FromSha256(inputHash.GetHashAndReset());
    }

    public override async ValueTask DisposeAsync()
    {
        await abandoned.CancelAsync();
        members?.Writer.TryComplete();
        if (pump is not null) await pump.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        inputHash.Dispose();
        abandoned.Dispose();
        await base.DisposeAsync();
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask DispatchAsync(CancellationToken cancellationToken)
    {
        if (pump is null)
        {
            members = Channel.CreateBounded<Task<Member>>(new BoundedChannelOptions(2 * parallelism) { SingleReader = true, SingleWriter = true });
            pump = Task.Run(PumpAsync, CancellationToken.None);
        }

        // The place in the queue is waited for before the work starts: that bounds both memory and threads.
        if (!await members!.Writer.WaitToWriteAsync(cancellationToken)) await pump;
        (byte[] full, int length) = (chunk, filled);
        (chunk, filled) = (ArrayPool<byte>.Shared.Rent(ChunkSize), 0);
        if (!members.Writer.TryWrite(Task.Run(() => Compress(full, length), CancellationToken.None))) await pump;
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (Task<Member> member in members!.Reader.ReadAllAsync(abandoned.Token))
                await WriteMemberAsync(await member, abandoned.Token);
        }
        catch (Exception e)
        {
            members!.Writer.TryComplete(e);
            throw;
        }
    }

    private async Task WriteMemberAsync(Member member, CancellationToken cancellationToken)
    {
        inputHash.AppendData(member.Input, 0, member.InputLength);
        ArrayPool<byte>.Shared.Return(member.Input);
        await output.WriteAsync(member.Compressed.Written, cancellationToken);
        member.Compressed.Dispose();
    }

    private Member Compress(byte[] input, int length)
    {
        var compressed = new PooledBuffer(length + MaxExpansion);
        using (var gzip = new GZipStream(compressed, options, leaveOpen: true)) gzip.Write(input, 0, length);

        // RFC 1952, 2.3: no time, no extra flags, and 255 (unknown) for the system, which the library fills in.
        Span<byte> header = compressed.Written.Span[..10];
        header[4..9].Clear();
        header[9] = 255;
        return new Member(input, length, compressed);
    }

    private readonly record struct Member(byte[] Input, int InputLength, PooledBuffer Compressed);
}

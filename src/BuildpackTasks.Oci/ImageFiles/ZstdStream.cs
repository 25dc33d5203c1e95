using System.ComponentModel;
using System.Diagnostics;

namespace BuildpackTasks.Oci;

/// <summary>Unpacks zstd through the system's tool, which the base class library has nothing for.</summary>
internal sealed class ZstdStream : Stream
{
    private readonly Process process;
    private readonly Stream packed;
    private readonly Task feeding;
    private readonly CancellationTokenSource abandoned = new();

    private ZstdStream(Process process, Stream packed)
    {
        this.process = process;
        this.packed = packed;
        feeding = Task.Run(FeedAsync);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Starts the tool on packed bytes, which the stream does not own.</summary>
    /// <exception cref="OciException">BPT1020: the tool is not installed.</exception>
    public static ZstdStream Start(Stream packed, Digest layer)
    {
        var start = new ProcessStartInfo("zstd", ["--decompress", "--stdout", "--quiet", "--no-progress", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            Process process = Process.Start(start)!;
            // What it says is of no use beside its exit code, but a full pipe would stop it.
            process.BeginErrorReadLine();
            return new ZstdStream(process, packed);
        }
        catch (Win32Exception e)
        {
            throw OciErrors.ZstdMissing(layer, e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);
        if (read > 0 || buffer.Length == 0) return read;
        await feeding.WaitAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? 0 : throw new InvalidDataException("it cannot be unpacked with zstd");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await abandoned.CancelAsync();
        if (!process.HasExited) process.Kill();
        await feeding.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        process.Dispose();
        abandoned.Dispose();
        await base.DisposeAsync();
    }

    private async Task FeedAsync()
    {
        try
        {
            await packed.CopyToAsync(process.StandardInput.BaseStream, abandoned.Token);
        }
        catch (IOException)
        {
            // The tool has gone; its exit code says why. The rest is read all the same, because that verifies the layer.
            await packed.CopyToAsync(Stream.Null, abandoned.Token);
        }
        finally
        {
            CloseInput();
        }
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above.
        }
    }
}

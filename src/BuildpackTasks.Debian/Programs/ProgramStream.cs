using System.Diagnostics;

namespace BuildpackTasks.Debian;

/// <summary>What a program makes of a stream, read while it makes it. The end is reached only where the program succeeded.</summary>
internal sealed class ProgramStream : Stream
{
    private readonly string name;
    private readonly string what;
    private readonly Process process;
    private readonly Stream input;
    private readonly CancellationTokenSource disposed = new();
    private readonly Task feed;
    private readonly Task<string> error;

    public ProgramStream(string name, string package, IReadOnlyList<string> arguments, Stream input, string what)
    {
        this.name = name;
        this.what = what;
        this.input = input;
        process = ExternalProgram.Start(name, package, arguments);
        feed = Task.Run(FeedAsync);
        error = ExternalProgram.ReadErrorAsync(process, disposed.Token);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0 && buffer.Length > 0) await FinishAsync(cancellationToken);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = process.StandardOutput.BaseStream.Read(buffer, offset, count);
        if (read == 0 && count > 0) FinishAsync(CancellationToken.None).GetAwaiter().GetResult();
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed.IsCancellationRequested)
        {
            disposed.Cancel();
            ExternalProgram.Kill(process);
            try
            {
                feed.Wait();
            }
            catch (AggregateException)
            {
                // Whoever stops reading does not want to know why feeding ended.
            }
            process.Dispose();
            input.Dispose();
            disposed.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        await feed;
        string text = await error;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw DebianErrors.ToolFailed(name, what, text.Length > 0 ? text : $"exit code {process.ExitCode}");
    }

    private async Task FeedAsync()
    {
        try
        {
            await using Stream to = process.StandardInput.BaseStream;
            await input.CopyToAsync(to, disposed.Token);
        }
        catch (IOException) when (HasExited())
        {
            // A program that ends before it has read everything says why by its exit code.
        }
    }

    private bool HasExited() => process.WaitForExit(TimeSpan.FromSeconds(5));
}

using System.Diagnostics;

namespace BuildpackTasks.Oci;

/// <summary>What a program makes of a stream, read while it makes it. The end is reached only where the program succeeded.</summary>
public sealed class ProgramStream : ReadOnlyStream
{
    private readonly Process process;
    private readonly Stream input;
    private readonly bool leaveOpen;
    private readonly Func<string, Exception> failed;
    private readonly CancellationTokenSource disposed = new();
    private readonly Task feed;
    private readonly Task<string> error;

    /// <summary>Feeds a program.</summary>
    /// <param name="process">The program, from <see cref="SystemProgram.Start"/>; ended with this.</param>
    /// <param name="input">What it is fed.</param>
    /// <param name="leaveOpen">Whether the input outlives this.</param>
    /// <param name="failed">The error where the program fails, from what it says.</param>
    public ProgramStream(Process process, Stream input, bool leaveOpen, Func<string, Exception> failed)
    {
        this.process = process;
        this.input = input;
        this.leaveOpen = leaveOpen;
        this.failed = failed;
        feed = Task.Run(FeedAsync);
        error = SystemProgram.ReadErrorAsync(process, disposed.Token);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0 && buffer.Length > 0) await FinishAsync(cancellationToken);
        return read;
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = process.StandardOutput.BaseStream.Read(buffer);
        if (read == 0 && buffer.Length > 0) FinishAsync(CancellationToken.None).GetAwaiter().GetResult();
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed.IsCancellationRequested)
        {
            disposed.Cancel();
            SystemProgram.Kill(process);
            try
            {
                feed.Wait();
            }
            catch (AggregateException)
            {
                // Whoever stops reading does not want to know why feeding ended.
            }
            process.Dispose();
            if (!leaveOpen) input.Dispose();
            disposed.Dispose();
        }
        base.Dispose(disposing);
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        await feed.WaitAsync(cancellationToken);
        string text = await error.WaitAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw failed(text.Length > 0 ? text : $"exit code {process.ExitCode}");
    }

    private async Task FeedAsync()
    {
        try
        {
            await using Stream to = process.StandardInput.BaseStream;
            await input.CopyToAsync(to, disposed.Token);
        }
        catch (IOException)
        {
            // A program that ends before it has read everything says why by its exit code. The rest is read all the same: that
            // may be what verifies it, and an input that cannot be read says so once more.
            await input.CopyToAsync(Null, disposed.Token);
        }
    }
}

using System.Threading.Channels;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Works on a stream of images, several at a time: what fails does not stop the others, and when the run is stopped, what it did not
/// come to is said.
/// </summary>
/// <param name="summary">Where records go.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="concurrency">How many at a time.</param>
internal sealed class FleetRunner(SummaryFiles summary, FleetProgress progress, int concurrency)
{
    // How far the list is read ahead of the work.
    private const int Ahead = 4096;

    // How long a stopped run goes on reading the list, to say what it did not come to.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Whether the run was stopped before all that it should have come to was known.</summary>
    public bool IsListCut { get; private set; }

    /// <summary>Works on all of them.</summary>
    /// <param name="items">The images.</param>
    /// <param name="run">Works on one.</param>
    /// <param name="nameOf">What an image is called.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Why the list ended before its end; null where it did not.</returns>
    public async Task<CodedException?> RunAsync<T>(IAsyncEnumerable<T> items, Func<T, CancellationToken, Task<FleetRecord>> run, Func<T, string> nameOf, CancellationToken cancellationToken)
    {
        var queue = Channel.CreateBounded<(long Number, T Item)>(new BoundedChannelOptions(Ahead) { SingleWriter = true });
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var reading = new CancellationTokenSource();
        await using CancellationTokenRegistration stop = broken.Token.Register(() => reading.CancelAfter(Grace));
        Task<CodedException?> producer = Task.Run(() => ProduceAsync(items, queue.Writer, reading.Token), CancellationToken.None);
        Task[] workers = [.. Enumerable.Range(0, concurrency).Select(_ => Task.Run(() => WorkAsync(), CancellationToken.None))];
        try
        {
            await Task.WhenAll(workers);
        }
        finally
        {
            await broken.CancelAsync();
            // Nobody takes what still comes.
            while (await queue.Reader.WaitToReadAsync(CancellationToken.None)) queue.Reader.TryRead(out _);
            await producer;
        }
        return await producer;

        async Task WorkAsync()
        {
            try
            {
                await foreach ((long number, T item) in queue.Reader.ReadAllAsync(CancellationToken.None))
                {
                    if (!await summary.WaitAsync(number)) return;
                    progress.Report(summary.Add(number, await RunOneAsync(item, nameOf(item), run, broken.Token)));
                }
            }
            catch
            {
                // The summary cannot be written any more: no tag is moved that nobody hears of.
                await broken.CancelAsync();
                throw;
            }
        }
    }

    private static async Task<FleetRecord> RunOneAsync<T>(T item, string name, Func<T, CancellationToken, Task<FleetRecord>> run, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return new FleetRecord(name, FleetStatus.NotReached);
        try
        {
            return await run(item, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new FleetRecord(name, FleetStatus.NotReached);
        }
        catch (CodedException e)
        {
            return FleetRecord.Failure(name, e);
        }
        catch (Exception e)
        {
            return FleetRecord.Failure(name, LifecycleErrors.Unexpected(name, e));
        }
    }

    private async Task<CodedException?> ProduceAsync<T>(IAsyncEnumerable<T> items, ChannelWriter<(long, T)> queue, CancellationToken cancellationToken)
    {
        long number = 0;
        try
        {
            await foreach (T item in items.WithCancellation(cancellationToken))
            {
                await queue.WriteAsync((number, item), cancellationToken);
                number++;
            }
            progress.SetTotal(number);
            return null;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            IsListCut = true;
            return null;
        }
        catch (CodedException e)
        {
            return e;
        }
        finally
        {
            queue.Complete();
        }
    }
}

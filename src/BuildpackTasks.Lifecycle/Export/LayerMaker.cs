using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Makes or finds the layers that export planned.</summary>
/// <param name="directory">The build's state.</param>
/// <param name="cache">Where layers are made and found.</param>
/// <param name="previousImage">Reads the previous image.</param>
internal sealed class LayerMaker(ImageDirectory directory, LayerCache cache, Func<CancellationToken, Task<Image?>> previousImage)
{
    private const int ConcurrentLayers = 2;

    /// <summary>Makes or finds all layers.</summary>
    /// <param name="planned">The layers.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<IReadOnlyList<KnownLayer>> MakeAsync(IReadOnlyList<PlannedLayer> planned, CancellationToken cancellationToken)
    {
        // A layer is compressed by all processors already; two at a time keep them busy while one waits for files. What is known is
        // found at once.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = new List<Task<KnownLayer>>();
        var made = new List<Task<KnownLayer>>();
        try
        {
            foreach (PlannedLayer plan in planned)
            {
                Task<KnownLayer> layer = MakeAsync(plan, stop.Token);
                all.Add(layer);
                if (layer.IsCompletedSuccessfully) continue;
                made.Add(layer);
                if (made.Count < ConcurrentLayers) continue;
                Task<KnownLayer> done = await Task.WhenAny(made);
                made.Remove(done);
                await done;
            }
            return await Task.WhenAll(all);
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(all).ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private async Task<KnownLayer> MakeAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        if (plan.Contents is { } contents) return await (plan.IsShareable ? cache : cache.Unshared).GetOrCreateAsync(contents, plan.Compression, cancellationToken);
        if (plan.File!.Fingerprint is not { } fingerprint)
            return await new KeptLayers(await AnalyzedFile.ReadAsync(directory, cancellationToken), cache, previousImage).FindAsync(plan, cancellationToken);
        string entries = directory.LayerEntriesFile(plan.Buildpack!.Id, LayerName.Parse(plan.Name));
        return await cache.GetOrCreateAsync(
            fingerprint,
            token => File.Exists(entries) ? LayerEntriesFile.ReadAsync(entries, token) : throw LifecycleErrors.LayerGone(plan.Name),
            plan.Compression,
            cancellationToken);
    }
}

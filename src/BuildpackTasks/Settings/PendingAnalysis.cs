using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Both images that analysis looks for, being asked for side by side: while the compiler runs, or when analysis begins.</summary>
internal sealed class PendingAnalysis : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();

    /// <summary>Begins to look.</summary>
    /// <param name="request">What for.</param>
    /// <param name="session">The session of the build.</param>
    /// <param name="details">Told of long work.</param>
    public PendingAnalysis(AnalysisRequest request, ImageSession session, IProgress<string> details)
    {
        Request = request;
        CancellationToken token = stop.Token;
        // On threads of the pool: whoever begins it has other things to do.
        Previous = Task.Run(() => PreviousAsync(request, session, token), token);
        RunImage = Task.Run(() => session.RunImages(KnownAsync()).ResolveAsync(request.RunImage, details, token), token);
    }

    /// <summary>What is looked for.</summary>
    public AnalysisRequest Request { get; }

    /// <summary>The run image.</summary>
    public Task<ResolvedImage> RunImage { get; }

    /// <summary>The image to reuse layers from; null where there is none that can be used.</summary>
    public Task<ResolvedImage?> Previous { get; }

    /// <summary>Why there is an image that layers could be reused from and it is not used: a sentence, known with <see cref="Previous"/>.</summary>
    public string? Problem { get; private set; }

    /// <summary>Ends what still runs, and waits until it has cleaned up after itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll([RunImage, (Task)Previous]).ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        stop.Dispose();
    }

    // The image to be replaced need not exist, and one of another kind or platform is nothing to reuse.
    private async Task<ResolvedImage?> PreviousAsync(AnalysisRequest request, ImageSession session, CancellationToken cancellationToken)
    {
        if (request.Previous is not { } reference) return null;
        try
        {
            Image? image = await new RegistryStore(session.Registries, reference, session.Content).ReadAsync(reference.Selector, request.RunImage.Platform, cancellationToken);
            if (image is not null && await session.IsBrokenAsync(image.Digest, cancellationToken))
            {
                session.Registries.Distrust(reference.WithDigest(image.Digest));
                Problem = $"The previous image '{reference}' is not used: its registry has lost layers of it.";
                return null;
            }
            return image is null ? null : new ResolvedImage(reference.ToString(), reference.WithDigest(image.Digest).ToString(), image);
        }
        catch (OciException e)
        {
            // That message tells what to do about an image that is needed.
            Problem = $"The previous image '{reference}' is not used: {(e.Code == "BPT1006" ? $"it is not for {request.RunImage.Platform}." : e.Message)}";
            return null;
        }
    }

    private async Task<PreviousImage?> KnownAsync() =>
        await Previous is { } image && LifecycleMetadata.Of(image, []) is { } metadata ? new PreviousImage(ImageReference.Parse(image.Reference), metadata) : null;
}

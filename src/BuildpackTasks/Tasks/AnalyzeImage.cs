using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Finds out what exists already: the run image, and the image that will be replaced. Leaves <c>analyzed.toml</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class AnalyzeImage : AnalysisTask
{
    /// <summary>What tells images apart that are remembered on this machine: their name and platform.</summary>
    [Required]
    public string ImageName { get; set; } = "";

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        DestinationSettings destination = Destination();
        AnalysisRequest request = Request(destination);
        // Side by side, and none outlives the others: what fails first is what the user hears of.
        await using PendingAnalysis images = session.TakeAnalysis(request, Detail);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task writable = CheckDestinationAsync(destination, images.Previous, session.Registries, stop.Token);
        try
        {
            await foreach (Task task in Task.WhenEach(images.RunImage, images.Previous, writable).WithCancellation(cancellationToken)) await task;
        }
        finally
        {
            await stop.CancelAsync();
            await writable.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        ResolvedImage runImage = await images.RunImage;
        LifecycleMetadata? remembered = destination.IsRegistry ? null : await new RememberedImage(session.CacheKnowing(null), ImageName).ReadAsync(cancellationToken);
        Analysis analysis = await new Analyzer(State) { Remembered = remembered }.AnalyzeAsync(runImage, await images.Previous, cancellationToken);
        session.NoteMade(runImage.Image.Layers);
        if (images.Problem is { } problem) session.Note(problem);
        foreach (string note in analysis.Notes) session.Note(note);
        AnalyzedRunImage found = analysis.File.RunImage;
        Say($"{Project}: {destination.Repository} for {found.Facts.Platform} on {found.Name}");
    }

    // Who may read the image that will be replaced is not asked whether he may write it: that shows when something is to be written.
    private async Task CheckDestinationAsync(DestinationSettings destination, Task<ResolvedImage?> previous, RegistryClient registries, CancellationToken cancellationToken)
    {
        if (destination.IsRegistry && PreviousImage.OrNull() is null && await previous.WaitAsync(cancellationToken) is not null) return;
        await BuildpackTasks.Destination.CheckAsync(destination, registries, cancellationToken);
    }
}

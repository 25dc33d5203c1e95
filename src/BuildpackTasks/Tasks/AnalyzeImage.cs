using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Finds out what exists already: the run image, and the image that will be replaced. Leaves <c>analyzed.toml</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class AnalyzeImage : DestinationTask
{
    /// <summary><c>RunImage</c>: what to stack on.</summary>
    [Required]
    public string RunImage { get; set; } = "";

    /// <summary><c>ContainerRuntimeIdentifier</c>: what the image runs on.</summary>
    [Required]
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary><c>InvariantGlobalization</c>: whether the app does without ICU.</summary>
    public bool UsesInvariantGlobalization { get; set; }

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary><c>PreviousImage</c>: the image to reuse layers from; empty for the one that will be replaced.</summary>
    public string? PreviousImage { get; set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        // What cannot be published is not analyzed either: a wrong name is said before anything is fetched.
        DestinationSettings destination = Destination();
        ImageReference name = destination.Name();
        ImageSession session = Session;
        var request = new RunImageRequest(RunImage, DotNet.RuntimeIdentifier.Parse(RuntimeIdentifier).Platform)
        {
            IncludesIcu = !UsesInvariantGlobalization,
            DebianMirror = DebianMirror.OrNull(),
            DebianKeyring = DebianKeyring.AbsolutePaths(ProjectDirectory),
        };
        // Side by side, and none outlives the others: what fails first is what the user hears of.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ResolvedImage?> previous = PreviousImageAsync(destination, name, request.Platform, session, stop.Token);
        var runImages = new RunImages(session.Registries, session.CacheKnowing(KnownAsync(previous)), ProjectDirectory);
        Task<ResolvedImage> runImage = runImages.ResolveAsync(request, Details, stop.Token);
        Task writable = CheckDestinationAsync(destination, previous, session.Registries, stop.Token);
        await AllOrNoneAsync([runImage, previous, writable], stop);

        Analysis analysis = await new Analyzer(State).AnalyzeAsync(await runImage, await previous, cancellationToken);
        session.NoteMade((await runImage).Image.Layers);
        foreach (string note in analysis.Notes) Detail(note);
        AnalyzedRunImage found = analysis.File.RunImage;
        Say($"{Project}: {destination.Repository} for {found.Facts.Platform} on {found.Name}");
    }

    // The image to be replaced need not exist, and one of another kind or platform is nothing to reuse.
    private async Task<ResolvedImage?> PreviousImageAsync(
        DestinationSettings destination, ImageReference name, Platform platform, ImageSession session, CancellationToken cancellationToken)
    {
        ImageReference? reference = PreviousImage.OrNull() is { } set ? ImageReference.Parse(set)
            : destination is { IsRegistry: true, Tags: [var tag, ..] } ? name.WithTag(tag)
            : null;
        if (reference is null) return null;
        try
        {
            Image? image = await new RegistryStore(session.Registries, reference, session.Content).ReadAsync(reference.Selector, platform, cancellationToken);
            if (image is not null && await session.IsBrokenAsync(image.Digest, cancellationToken))
            {
                Detail($"The previous image '{reference}' is not used: its registry has lost layers of it.");
                return null;
            }
            return image is null ? null : new ResolvedImage(reference.ToString(), reference.WithDigest(image.Digest).ToString(), image);
        }
        catch (OciException e)
        {
            Detail($"The previous image '{reference}' is not used: {e.Message}");
            return null;
        }
    }

    private static async Task<PreviousImage?> KnownAsync(Task<ResolvedImage?> previous) =>
        await previous is { } image && LifecycleMetadata.Of(image, []) is { } metadata ? new PreviousImage(ImageReference.Parse(image.Reference), metadata) : null;

    // Who may read the image that will be replaced is not asked whether he may write it: that shows when something is to be written.
    private async Task CheckDestinationAsync(DestinationSettings destination, Task<ResolvedImage?> previous, RegistryClient registries, CancellationToken cancellationToken)
    {
        if (destination.IsRegistry && PreviousImage.OrNull() is null && await previous is not null) return;
        await BuildpackTasks.Destination.CheckAsync(destination, registries, cancellationToken);
    }

    private static async Task AllOrNoneAsync(Task[] tasks, CancellationTokenSource stop)
    {
        try
        {
            await foreach (Task task in Task.WhenEach(tasks)) await task;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(tasks).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }
}

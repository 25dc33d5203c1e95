using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace BuildpackTasks;

/// <summary>
/// Joins the images that <see cref="ExportImage"/> made for several platforms and puts them where the properties say. Leaves
/// <c>report.toml</c>.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ExportImageIndex : DestinationTask
{
    /// <summary>The runtime identifiers; metadata <c>State</c>: the state of that platform's build, as an absolute path.</summary>
    [Required]
    public ITaskItem[] Platforms { get; set; } = [];

    /// <summary>The image that was published.</summary>
    [Output]
    public ITaskItem[] PublishedImage { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        DestinationSettings settings = Destination();
        LayerCache cache = session.CacheKnowing((PreviousImage?)null);
        Destination destination = BuildpackTasks.Destination.ChooseForPlatforms(settings, session.Registries, cache);

        var images = new List<Image>();
        foreach (ITaskItem platform in Platforms) images.Add(await ReadAsync(platform, session, cancellationToken));
        ImageIndex index = ImageIndex.Create(images, destination.Format);

        var transfers = new TransferCount();
        await destination.Store.WriteIndexAsync(index, settings.Tags, transfers, cancellationToken);
        var report = new ReportFile([.. settings.Tags.Select(tag => $"{destination.Shown}:{tag}")], index.Digest, index.Bytes.Length, []) { Notes = session.Notes, Phases = session.TakePhases() };
        await report.WriteAsync(State, cancellationToken);
        await cache.TrimAsync(cancellationToken);

        string reference = $"{destination.Shown}:{settings.Tags[0]}@{index.Digest}";
        string platforms = string.Join(';', index.Images.Select(static image => image.Config.Platform));
        PublishedImage = [new TaskItem(reference, new Dictionary<string, string>
        {
            ["Reference"] = reference,
            ["Digest"] = index.Digest.ToString(),
            ["Tags"] = string.Join(';', settings.Tags),
            ["MediaType"] = index.Descriptor.MediaType,
            ["Platform"] = platforms,
            ["Report"] = State.ReportFile,
        })];
        Detail(transfers.ToString());
        // Of all that tasks say, MSBuild's terminal logger shows a line of this form only: as what came of the project.
        Say($"{Project} -> {reference}");
        Say($"{destination.Done}: {reference} ({platforms.Replace(";", ", ", StringComparison.Ordinal)})");
    }

    /// <inheritdoc/>
    private protected override IEnumerable<ImageDirectory> States => Platforms.Select(static platform => new ImageDirectory(platform.GetMetadata("State")));

    private static async Task<Image> ReadAsync(ITaskItem platform, ImageSession session, CancellationToken cancellationToken)
    {
        var state = new ImageDirectory(platform.GetMetadata("State"));
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(state, cancellationToken);
        ReportFile report = await ReportFile.ReadAsync(state, cancellationToken);
        ResolvedImage runImage = await session.ReopenRunImageAsync(analyzed, cancellationToken);
        var images = new CachedImages(session.Content);
        if (await images.FindAsync(report.Digest, platform.ItemSpec, runImage.Image.Layers, cancellationToken) is { } image) return image;
        IReadOnlyCollection<KnownLayer> known = await session.KnownLayersAsync(analyzed, report.Layers.Select(static layer => layer.Fingerprint).OfType<Digest>(), cancellationToken);
        return await images.FindAsync(report.Digest, platform.ItemSpec, [.. runImage.Image.Layers, .. known], cancellationToken)
            ?? throw TaskErrors.PlatformImageGone(platform.ItemSpec);
    }
}

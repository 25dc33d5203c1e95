using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds out what exists already: the run image's facts, and what the previous image says of its layers (platform
/// specification, "analyzer"). The caller resolves and reads both images, since only it may have credentials.
/// </summary>
/// <param name="directory">The build's state: <c>analyzed.toml</c> is written there.</param>
public sealed class Analyzer(ImageDirectory directory)
{
    private const string DistributionNameLabel = "io.buildpacks.base.distro.name";
    private const string DistributionVersionLabel = "io.buildpacks.base.distro.version";

    /// <summary>What is remembered of the previous image where that cannot be read; null for nothing.</summary>
    public LifecycleMetadata? Remembered { get; init; }

    /// <summary>Analyzes the two images.</summary>
    /// <param name="runImage">What the image will be stacked on.</param>
    /// <param name="previous">The image to reuse layers from, or null where there is none.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public async Task<Analysis> AnalyzeAsync(ResolvedImage runImage, ResolvedImage? previous, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        var file = new AnalyzedFile(
            new AnalyzedRunImage(runImage.Name, runImage.Reference, FactsOf(runImage), runImage.Fingerprints),
            previous?.Reference,
            previous is null ? Remembered : LifecycleMetadata.Of(previous, notes));
        await file.WriteAsync(directory, cancellationToken);
        return new Analysis(file, notes);
    }

    private static RunImageFacts FactsOf(ResolvedImage runImage)
    {
        ImageConfig config = runImage.Image.Config;
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in config.Environment) environment[name] = value;
        return new RunImageFacts
        {
            Platform = config.Platform,
            DistributionName = config.Labels.GetValueOrDefault(DistributionNameLabel) ?? runImage.DistributionName,
            DistributionVersion = config.Labels.GetValueOrDefault(DistributionVersionLabel) ?? runImage.DistributionVersion,
            Environment = environment,
            User = config.User,
        };
    }
}

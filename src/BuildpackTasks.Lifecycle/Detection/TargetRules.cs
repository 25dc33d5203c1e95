namespace BuildpackTasks.Lifecycle;

/// <summary>Whether what a buildpack is for fits the run image (platform specification, "detector"; buildpack specification, "Targets").</summary>
public static class TargetRules
{
    /// <summary>Whether one of the buildpack's targets fits. One without targets fits everything.</summary>
    /// <param name="buildpack">The buildpack.</param>
    /// <param name="runImage">The run image.</param>
    public static bool Matches(BuildpackDescriptor buildpack, RunImageFacts runImage) =>
        buildpack.Targets.Count == 0 || buildpack.Targets.Any(target => Fits(target, runImage));

    /// <summary>Why no target fits: one clause without a full stop.</summary>
    /// <param name="buildpack">The buildpack.</param>
    /// <param name="runImage">The run image.</param>
    internal static string Explain(BuildpackDescriptor buildpack, RunImageFacts runImage)
    {
        string distribution = string.Join(' ', ((string?[])[runImage.DistributionName, runImage.DistributionVersion]).Where(static part => part is not null));
        return $"it is for {string.Join(" or ", buildpack.Targets.Select(Describe).Distinct())}, and the run image is {runImage.Platform}{(distribution.Length == 0 ? "" : $" with {distribution}")}";
    }

    private static bool Fits(BuildTarget target, RunImageFacts runImage) =>
        Fits(target.Os, runImage.Platform.Os)
        && Fits(target.Architecture, runImage.Platform.Architecture)
        && Fits(target.Variant, runImage.Platform.Variant)
        && (target.Distributions.Count == 0 || HasDistribution(runImage) && target.Distributions.Any(distribution =>
            Fits(distribution.Name, runImage.DistributionName) && Fits(distribution.Version, runImage.DistributionVersion)));

    // A buildpack that names distributions does not fit an image of which none is known.
    private static bool HasDistribution(RunImageFacts runImage) => runImage.DistributionName is { Length: > 0 } || runImage.DistributionVersion is { Length: > 0 };

    // What one of the two leaves open fits.
    private static bool Fits(string? wanted, string? actual) => wanted is null or "" || actual is null or "" || wanted == actual;

    private static string Describe(BuildTarget target)
    {
        string platform = string.Join('/', ((string?[])[target.Os ?? "any system", target.Architecture, target.Variant]).Where(static part => part is not null));
        string distributions = string.Join(" or ", target.Distributions.Select(static distribution =>
            string.Join(' ', ((string?[])[distribution.Name ?? "any distribution", distribution.Version]).Where(static part => part is not null))));
        return distributions.Length == 0 ? platform : $"{platform} with {distributions}";
    }
}

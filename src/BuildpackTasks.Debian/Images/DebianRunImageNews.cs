using System.Globalization;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Tells whether a run image that is assembled from packages would have other versions of them now. The lists of the suite are read,
/// and no package.
/// </summary>
/// <param name="sources">Where packages come from.</param>
/// <param name="cache">Where lists and answers are kept.</param>
/// <param name="time">The clock that tells whether a suite may still be used.</param>
/// <param name="progress">Is told what takes time, or null.</param>
public sealed class DebianRunImageNews(DebianSources sources, LayerCache cache, TimeProvider time, IProgress<string>? progress = null) : IRunImageNews
{
    /// <inheritdoc/>
    /// <exception cref="DebianException">BPT4001 to BPT4040: the suite cannot be had or trusted, or the name is none.</exception>
    public async Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken)
    {
        var name = DebianRunImageName.Parse(question.Name);
        if (question.System is not { Packages.Count: > 0 } present) return Availability.Unknown("the packages of the image are not known");
        IReadOnlyList<ResolvedPackage> packages = await ResolveAsync(name.Suite, question.Platform, HasIcu(present), cancellationToken);
        IReadOnlyList<PackageChange> changes = Compare(present, packages);
        int newer = changes.Count(static change => !change.IsOlder);
        return newer == 0
            ? Availability.Current(changes.Count > 0 ? "the mirror has older packages than the image" : null)
            : Availability.Newer(string.Create(CultureInfo.InvariantCulture, $"{name} with {newer} newer or other {(newer == 1 ? "package" : "packages")}")) with { Packages = changes };
    }

    private async Task<IReadOnlyList<ResolvedPackage>> ResolveAsync(string suite, Platform platform, bool includeIcu, CancellationToken cancellationToken)
    {
        using var repository = new DebianRepository(sources, DebianImageAssembler.Distribution, suite, platform, cache, time, progress);
        IReadOnlyList<Pocket> pockets = await repository.OpenAsync(cancellationToken);
        return await repository.ResolveAsync(pockets, index => RunImagePackages.Find(index, includeIcu), RunImagePackages.Question(includeIcu), [], cancellationToken);
    }

    private static bool HasIcu(SystemFacts system) =>
        system.Packages.Any(static package => package.Name.StartsWith("libicu", StringComparison.Ordinal) && package.Name.Length > 6 && package.Name.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0);

    // An image can have a package twice, for two architectures.
    private static IReadOnlyList<PackageChange> Compare(SystemFacts present, IReadOnlyList<ResolvedPackage> resolved) => PackageChanges.Between(
        present.Packages.DistinctBy(static package => package.Name).ToDictionary(static package => package.Name, static package => package.Version, StringComparer.Ordinal),
        resolved.ToDictionary(static package => package.Name, static package => package.Version, StringComparer.Ordinal),
        PackageChanges.IsOlder);
}

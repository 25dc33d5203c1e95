namespace BuildpackTasks.Debian;

/// <summary>A dependency that is not followed, because what it is for does not happen in an image.</summary>
/// <param name="Package">The package that has it, or null for all.</param>
/// <param name="Dependency">What is not followed.</param>
/// <param name="Reason">Why, as <c>docs/run-images.md</c> says it.</param>
internal sealed record DependencyCut(string? Package, string Dependency, string Reason)
{
    /// <summary>
    /// The dependencies that no image needs. A package that is asked for by name is added all the same.
    /// </summary>
    public static IReadOnlyList<DependencyCut> All { get; } =
    [
        new(null, "debconf", "asks questions while a package is configured; nothing is configured"),
        new(null, "debconf-2.0", "asks questions while a package is configured; nothing is configured"),
        new(null, "cdebconf", "asks questions while a package is configured; nothing is configured"),
        new(null, "dpkg", "installs packages; these are only unpacked"),
        new(null, "ucf", "merges configuration files while a package is upgraded"),
        new(null, "install-info", "keeps the directory of manuals, which are left out"),
        new(null, "init-system-helpers", "registers services, which an image does not start"),
        new("base-files", "awk", "is for its maintainer script"),
        new("ca-certificates", "openssl", "is for its maintainer script, which makes the bundle; here the bundle is made while the image is"),
    ];

    /// <summary>What of a package's dependencies is followed.</summary>
    /// <param name="package">The package.</param>
    public static IEnumerable<DependencyClause> Followed(Package package) =>
        package.Depends.Where(clause => !clause.Alternatives.Any(one => All.Any(cut => cut.Dependency == one.Name && (cut.Package is null || cut.Package == package.Name))));
}

namespace BuildpackTasks.Lifecycle;

/// <summary>Where files come from, for messages about them.</summary>
/// <param name="Clause">Who wrote them: <c>written by the buildpack acme/node@1.0.0</c>.</param>
/// <param name="Advice">What to do when one is wrong, as a sentence.</param>
internal sealed record FileOrigin(string Clause, string Advice)
{
    /// <summary>The files that configure the build.</summary>
    public static FileOrigin Configuration { get; } = new("a file of the build's configuration", "Correct or remove it.");

    /// <summary>The files that a buildpack's program wrote.</summary>
    /// <param name="buildpack">The buildpack.</param>
    public static FileOrigin Of(BuildpackDescriptor buildpack) =>
        new($"written by the buildpack {buildpack}", "Correct the buildpack, or use another version of it.");
}

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Where the state of one build lives: each phase leaves what it decided as a file that the specification names, and the next
/// phase reads it from there. A value: nothing is created or read by it.
/// </summary>
/// <param name="Path">The directory's absolute path, such as <c>obj/Release/net10.0/image</c> in the project.</param>
public sealed record ImageDirectory(string Path)
{
    /// <summary>What analysis found: <c>analyzed.toml</c>.</summary>
    public string AnalyzedFile => System.IO.Path.Combine(Path, "analyzed.toml");

    /// <summary>The buildpacks to try: <c>order.toml</c>.</summary>
    public string OrderFile => System.IO.Path.Combine(Path, "order.toml");

    /// <summary>The buildpacks that passed detection: <c>group.toml</c>.</summary>
    public string GroupFile => System.IO.Path.Combine(Path, "group.toml");

    /// <summary>What they provide to and require of each other: <c>plan.toml</c>.</summary>
    public string PlanFile => System.IO.Path.Combine(Path, "plan.toml");

    /// <summary>What was built: <c>report.toml</c>.</summary>
    public string ReportFile => System.IO.Path.Combine(Path, "report.toml");

    /// <summary>The same as JSON: <c>report.json</c>.</summary>
    public string ReportJsonFile => System.IO.Path.Combine(Path, "report.json");

    /// <summary>The build's own copy of the app, where it has one: <c>app/</c>.</summary>
    public string PrivateAppDirectory => System.IO.Path.Combine(Path, "app");

    /// <summary>What the buildpacks contributed: <c>layers/</c> (the specification's <c>&lt;layers&gt;</c>).</summary>
    public string LayersDirectory => System.IO.Path.Combine(Path, "layers");

    /// <summary>Processes, slices and labels of all buildpacks: <c>layers/config/metadata.toml</c>.</summary>
    public string MetadataFile => System.IO.Path.Combine(LayersDirectory, "config", "metadata.toml");

    /// <summary>The app's files that buildpacks changed, as they will be in the image: <c>layers/config/app.entries</c>.</summary>
    public string AppEntriesFile => System.IO.Path.Combine(LayersDirectory, "config", "app.entries");

    /// <summary>Where a buildpack's layers are.</summary>
    /// <param name="buildpack">The buildpack.</param>
    public string BuildpackDirectory(BuildpackId buildpack) => System.IO.Path.Combine(LayersDirectory, buildpack.DirectoryName);

    /// <summary>A layer's types and metadata: <c>layers/ID/LAYER.toml</c>.</summary>
    /// <param name="buildpack">The buildpack whose layer it is.</param>
    /// <param name="layer">The layer.</param>
    public string LayerFile(BuildpackId buildpack, LayerName layer) => System.IO.Path.Combine(BuildpackDirectory(buildpack), $"{layer}.toml");

    /// <summary>What a layer of a built-in buildpack holds: <c>layers/ID/LAYER.entries</c>.</summary>
    /// <param name="buildpack">The buildpack whose layer it is.</param>
    /// <param name="layer">The layer.</param>
    public string LayerEntriesFile(BuildpackId buildpack, LayerName layer) => System.IO.Path.Combine(BuildpackDirectory(buildpack), $"{layer}.entries");
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds out what the run image below an image defined, so that it can be told from what the app set: what export or the last rebase
/// noted, what the run image itself says where it is still there, or what follows from who made the image.
/// </summary>
/// <param name="source">Finds run images.</param>
internal sealed class OldConfigFinder(IRunImageSource source)
{
    /// <summary>Finds it out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<OldConfig> FindAsync(BuildpacksImage image, CancellationToken cancellationToken)
    {
        if (image.RunImageConfig is { } noted) return new OldConfig(noted.Environment, noted.Labels);
        if (image.RunImageLayerCount == 0) return new OldConfig(new Dictionary<string, string>(), new Dictionary<string, string>());

        ImageConfig? config = image.RunImageReference is { } reference ? await source.FindConfigAsync(reference, image.Image.Config.Platform, cancellationToken) : null;
        IReadOnlyDictionary<string, string>? variables = config is null ? null : NotedConfig.ByName(config.Environment);
        SortedDictionary<string, string> present = NotedConfig.ByName(image.Image.Config.Environment);
        if (image.IsOfReference) return new OldConfig(OfReference(present, variables), config?.Labels);
        if (variables is null)
        {
            return new OldConfig(null, null,
                "The environment stays as it is: nobody noted what of it the run image defined, and that run image cannot be read any more.");
        }

        // The reference's rebase drops what was noted, and leaves the environment as the run image before had it.
        string[] differing = [.. variables.Where(variable => present.TryGetValue(variable.Key, out string? value) && !EnvironmentMerge.IsOrHolds(value, variable.Value)).Select(static variable => variable.Key).Order(StringComparer.Ordinal)];
        return new OldConfig(variables, config!.Labels, differing.Length == 0 ? null
            : $"The image and its run image differ in {string.Join(", ", differing)}, and nobody noted why: the image's values stay.");
    }

    /// <summary>
    /// The reference lifecycle sets no variable but its own and puts its directories in front of PATH (platform specification,
    /// "exporter"): buildpacks' variables are its launcher's matter. Its rebase leaves the environment alone, so what the run image
    /// defines is the run image's whatever value the image has for it.
    /// </summary>
    private static SortedDictionary<string, string> OfReference(SortedDictionary<string, string> present, IReadOnlyDictionary<string, string>? runImage) =>
        NotedConfig.ByName(present
            .Where(variable => runImage is null ? !variable.Key.StartsWith("CNB_", StringComparison.Ordinal) : variable.Key == ImageVariables.Path || runImage.ContainsKey(variable.Key))
            .Select(static variable => variable.Key == ImageVariables.Path ? KeyValuePair.Create(variable.Key, WithoutLauncher(variable.Value)) : variable));

    private static string WithoutLauncher(string path)
    {
        foreach (string prefix in (string[])[LauncherLayers.SearchPath, LauncherLayers.ProcessDirectory])
        {
            if (path == prefix) return "";
            if (path.StartsWith(prefix + ":", StringComparison.Ordinal)) return path[(prefix.Length + 1)..];
        }
        return path;
    }
}

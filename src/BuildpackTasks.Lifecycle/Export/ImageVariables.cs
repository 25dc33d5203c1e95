using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The variables in the image's config (platform specification, "exporter").</summary>
internal static class ImageVariables
{
    // Rebase validates an image that says nothing, or less than 0.12, by stack ids, which no image has any more; what export
    // does is in every version from there on (platform specification, "Rebase").
    private const string PlatformApi = "0.12";

    // What engines take where an image says nothing; as soon as the image says something, they add nothing.
    internal const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    internal const string Path = "PATH";

    /// <summary>The variables that are set over the run image's.</summary>
    /// <param name="runImage">The run image's config.</param>
    /// <param name="metadata">What the buildpacks contributed.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="process">The process that runs by default, or null.</param>
    /// <param name="launcher">The launcher; null where the image starts without one, and its variables are those of the process.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(ImageConfig runImage, MetadataFile metadata, ExportSettings settings, ProcessType? process, LauncherFiles? launcher)
    {
        List<EnvironmentVariable> changes = [.. ForPlatforms(metadata, settings, launcher), .. metadata.Environment];
        if (launcher is null) changes.AddRange(metadata.LaunchEnvironment.SelectMany(buildpack => buildpack.Variables.Concat(buildpack.OfProcess(process))));
        changes.AddRange(settings.Environment);
        if (launcher is not null) changes.Add(new EnvironmentVariable(Path, LauncherLayers.SearchPath, EnvironmentAction.Prepend, ":"));
        if (changes.Exists(static change => change.Name == Path)) changes.Insert(0, new EnvironmentVariable(Path, DefaultPath, EnvironmentAction.Default));
        return ImageEnvironment.Apply(runImage.Environment, changes);
    }

    /// <summary>What other tools and the launcher look for.</summary>
    private static IEnumerable<EnvironmentVariable> ForPlatforms(MetadataFile metadata, ExportSettings settings, LauncherFiles? launcher)
    {
        yield return Set("CNB_LAYERS_DIR", Builder.ImageLayersDirectory);
        yield return Set("CNB_APP_DIR", metadata.AppDirectory);
        yield return Set("CNB_PLATFORM_API", launcher?.PlatformApi ?? PlatformApi);
        if (launcher is null) yield break;
        yield return Set("CNB_DEPRECATION_MODE", "quiet");
        // A launcher that is told nothing starts what is for production.
        if (settings.ExecutionEnvironment != "production") yield return Set("CNB_EXEC_ENV", settings.ExecutionEnvironment);
    }

    private static EnvironmentVariable Set(string name, string value) => new(name, value, EnvironmentAction.Override);
}

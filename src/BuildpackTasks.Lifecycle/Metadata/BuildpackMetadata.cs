namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack as the image's metadata has it (platform specification, "io.buildpacks.lifecycle.metadata").</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Layers">Its layers, by name.</param>
/// <param name="Store">What it keeps from build to build beside its layers (<c>store.toml</c>), or null.</param>
public sealed record BuildpackMetadata(
    BuildpackId Id,
    string Version,
    IReadOnlyDictionary<string, LayerMetadata> Layers,
    IReadOnlyDictionary<string, object>? Store = null);

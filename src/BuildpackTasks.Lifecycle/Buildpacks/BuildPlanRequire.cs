namespace BuildpackTasks.Lifecycle;

/// <summary>Something that a buildpack requires of the group (buildpack specification, "Build Plan (TOML)").</summary>
/// <param name="Name">What is required.</param>
/// <param name="Metadata">What the requiring buildpack tells the providing one, by key; TOML values as text, number, bool, list or table.</param>
public sealed record BuildPlanRequire(string Name, IReadOnlyDictionary<string, object> Metadata)
{
    /// <summary>A requirement without metadata.</summary>
    /// <param name="name">What is required.</param>
    public static BuildPlanRequire Named(string name) => new(name, new Dictionary<string, object>());
}

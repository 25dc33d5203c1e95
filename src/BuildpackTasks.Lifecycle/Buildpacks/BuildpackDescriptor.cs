namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack says of itself (buildpack specification, "buildpack.toml").</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, <c>X.Y.Z</c>.</param>
/// <param name="Api">The Buildpack API that it follows, such as <c>0.12</c>.</param>
/// <param name="Name">What people call it, or null.</param>
/// <param name="Homepage">Where to read about it, or null.</param>
public sealed record BuildpackDescriptor(BuildpackId Id, string Version, string Api, string? Name = null, string? Homepage = null)
{
    /// <summary>The text <c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";
}

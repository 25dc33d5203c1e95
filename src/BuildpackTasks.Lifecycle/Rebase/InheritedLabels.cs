namespace BuildpackTasks.Lifecycle;

/// <summary>Which labels of an image can be its run image's.</summary>
internal static class InheritedLabels
{
    // What export says of the image itself; a run image that was built by a lifecycle too has labels of the same names.
    private static readonly string[] Own = [LifecycleMetadata.Label, BuildMetadataLabel.Label, Exporter.ProjectMetadataLabel, Exporter.ExecutionEnvironmentLabel];

    private static readonly string[] RunImagePrefixes = ["io.buildpacks.base.", "io.buildpacks.stack."];

    /// <summary>Whether a label says what the run image is, and so is always the run image's (platform specification, "Rebase").</summary>
    public static bool IsOfRunImage(string label) => RunImagePrefixes.Any(prefix => label.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Whether both the run image and the app may set a label.</summary>
    public static bool IsShared(string label) => !IsOfRunImage(label) && !Own.Contains(label);
}

namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of buildpacks that are programs.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException BadApp(GroupMember buildpack, LifecycleException inner) =>
        new("BPT2211", $"The buildpack {buildpack} left an app that cannot be in an image: {inner.Message} ({inner.Code})", inner);

    public static LifecycleException ProgramFailed(BuildpackDescriptor buildpack, string program, int exitCode) =>
        new("BPT2210", $"The buildpack {buildpack} could not build: its {program} ended with exit code {exitCode}. What it wrote before says why.");
}

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Whether an image needs a launcher. What a config can express is started directly: a command, its arguments, a directory and an
/// environment that is known when the image is made. The rest happens when a container starts, and somebody has to do it (platform
/// specification, "Launch").
/// </summary>
internal static class LauncherNeed
{
    // Who sets one of these for a container replaces the image's search path on purpose; whether a buildpack's directories were
    // added before or after makes no difference that anybody counts on.
    private static readonly HashSet<string> SearchPaths = ["PATH", "LD_LIBRARY_PATH"];

    /// <summary>Decides.</summary>
    /// <param name="mode">What the user set.</param>
    /// <param name="metadata">What the buildpacks contributed.</param>
    /// <param name="processes">All processes of the image.</param>
    /// <param name="start">The process that runs by default; null for none.</param>
    /// <returns>Why the image gets a launcher, one clause; null where it gets none.</returns>
    /// <exception cref="LifecycleException">BPT2190: it needs one, and shall not have one.</exception>
    public static string? Decide(LauncherMode mode, MetadataFile metadata, IReadOnlyList<BuiltProcess> processes, ProcessType? start)
    {
        string? necessary = Necessary(metadata, processes, start).FirstOrDefault();
        return mode switch
        {
            LauncherMode.Never => necessary is null ? null : throw LifecycleErrors.LauncherForbidden(necessary),
            LauncherMode.Always => necessary ?? "LauncherMode is Always",
            _ => necessary ?? Different(metadata, start).FirstOrDefault(),
        };
    }

    /// <summary>What a config cannot say at all.</summary>
    private static IEnumerable<string> Necessary(MetadataFile metadata, IReadOnlyList<BuiltProcess> processes, ProcessType? start) =>
    [
        .. metadata.LauncherReasons,
        .. from built in processes where !built.Process.Direct select $"a shell starts the process '{built.Process.Type}'",
        // The environment of one process is that of the image; another one, started by its command, would not have its own.
        .. from built in processes
           where built.Process.Type != start && metadata.LaunchEnvironment.Any(environment => environment.OfProcess(built.Process.Type).Count > 0)
           select $"the process '{built.Process.Type}', which is not the default, has an environment of its own",
    ];

    /// <summary>What a config says with another meaning where whoever runs the image sets variables.</summary>
    private static IEnumerable<string> Different(MetadataFile metadata, ProcessType? start) =>
        from environment in metadata.LaunchEnvironment
        let own = environment.OfProcess(start)
        from reason in (IEnumerable<string>)
        [
            .. from variable in environment.Variables.Concat(own)
               where variable.Action is EnvironmentAction.Append or EnvironmentAction.Prepend && !SearchPaths.Contains(variable.Name)
               select $"the buildpack {environment.Buildpack} adds to the value of {variable.Name} that a container is given",
            // Layers come one after the other, each with what is for all processes first: which of these is the later, only the files say.
            .. from variable in own
               where environment.Variables.Any(other => other.Name == variable.Name)
               select $"the buildpack {environment.Buildpack} sets {variable.Name} for all processes and for '{start}'",
        ]
        select reason;
}

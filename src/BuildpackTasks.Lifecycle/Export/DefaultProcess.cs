namespace BuildpackTasks.Lifecycle;

/// <summary>Which process starts when nobody chooses (platform specification, "exporter").</summary>
internal static class DefaultProcess
{
    /// <summary>Chooses: what the user set goes before what the buildpacks agreed on, and a single process needs nobody to choose it.</summary>
    /// <param name="processes">All processes of the image.</param>
    /// <param name="buildpacksDefault">The default that the buildpacks agreed on, or null.</param>
    /// <param name="settings">What the user set.</param>
    /// <exception cref="LifecycleException">BPT2034: the user chose one that is not there.</exception>
    public static Process? Choose(IReadOnlyList<BuiltProcess> processes, ProcessType? buildpacksDefault, ExportSettings settings)
    {
        Process[] eligible = [.. processes.Select(static built => built.Process).Where(process => IsFor(process, settings.ExecutionEnvironment))];
        ProcessType? chosen = settings.DefaultProcess
            ?? settings.Processes.Where(static process => process.Default).Select(static process => (ProcessType?)process.Type).FirstOrDefault();
        if (chosen is { } type)
            return eligible.FirstOrDefault(process => process.Type == type) ?? throw LifecycleErrors.NoSuchProcess(type.ToString(), eligible.Select(static process => process.Type.ToString()));
        return eligible.FirstOrDefault(process => process.Type == buildpacksDefault) ?? (eligible.Length == 1 ? eligible[0] : null);
    }

    /// <summary>Whether a process may start in an execution environment.</summary>
    /// <param name="process">The process.</param>
    /// <param name="executionEnvironment">The environment's name.</param>
    public static bool IsFor(Process process, string executionEnvironment) =>
        process.ExecutionEnvironments.Count == 0 || process.ExecutionEnvironments.Contains("*") || process.ExecutionEnvironments.Contains(executionEnvironment);
}

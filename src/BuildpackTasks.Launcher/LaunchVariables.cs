using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.Launcher;

/// <summary>The environment of the process: what the container has, changed by the layers (buildpack specification, "Environment").</summary>
internal static class LaunchVariables
{
    /// <summary>What the container has, without what is for the launcher alone.</summary>
    /// <param name="block">The environment as the system gives it: <c>NAME=VALUE</c>, each with a byte 0 after it.</param>
    public static Dictionary<string, string> Parse(ReadOnlySpan<byte> block)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string variable in SystemBlock.Split(block))
        {
            int equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) variables[variable[..equals]] = variable[(equals + 1)..];
        }
        return variables;
    }

    /// <summary>
    /// Removes what is for the launcher alone. The reference removes its directories wherever they are in PATH, the specification only
    /// at its beginning.
    /// </summary>
    /// <param name="variables">The variables.</param>
    public static void RemoveOwn(Dictionary<string, string> variables)
    {
        foreach (string name in (ReadOnlySpan<string>)["CNB_LAYERS_DIR", "CNB_APP_DIR", "CNB_PROCESS_TYPE", "CNB_PLATFORM_API", "CNB_DEPRECATION_MODE"]) variables.Remove(name);
        if (!variables.TryGetValue("PATH", out string? path)) return;
        var rest = new List<string>();
        foreach (string directory in path.Split(':'))
        {
            if (directory is not ("/cnb/process" or "/cnb/lifecycle")) rest.Add(directory);
        }
        variables["PATH"] = string.Join(':', rest);
    }

    /// <summary>Applies what the layers change: of each buildpack first the directories of all layers, then each layer's files.</summary>
    /// <param name="variables">The variables.</param>
    /// <param name="layers">The layers, by buildpack.</param>
    /// <param name="type">The type of the process; empty for none.</param>
    public static void Apply(Dictionary<string, string> variables, List<List<string>> layers, string type)
    {
        var changes = new List<EnvironmentVariable>();
        foreach (List<string> buildpack in layers)
        {
            foreach (string layer in buildpack) AddPaths(layer, changes);
            foreach (string layer in buildpack)
            {
                AddFiles(layer + "/env", changes);
                AddFiles(layer + "/env.launch", changes);
                if (type.Length > 0) AddFiles($"{layer}/env.launch/{type}", changes);
            }
        }
        foreach (KeyValuePair<string, string> variable in ImageEnvironment.Apply(variables, changes)) variables[variable.Key] = variable.Value;
    }

    private static void AddPaths(string layer, List<EnvironmentVariable> changes)
    {
        foreach ((string directory, string variable) in PathVariables.Launch)
        {
            string path = $"{layer}/{directory}";
            if (Path.Exists(path)) changes.Add(new EnvironmentVariable(variable, path, EnvironmentAction.Prepend, PathVariables.Separator));
        }
    }

    private static void AddFiles(string directory, List<EnvironmentVariable> changes) =>
        changes.AddRange(EnvironmentFiles.Read(SystemFiles.Files(directory), name =>
        {
            string path = $"{directory}/{name}";
            return File.Exists(path) ? SystemText.Decode(SystemFiles.Read(path)) : null;
        }));
}

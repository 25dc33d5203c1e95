namespace BuildpackTasks.Launcher;

/// <summary>Finds programs by their names.</summary>
internal static class SearchPath
{
    /// <summary>The program of a name: a path stays one, anything else is looked for in the directories of PATH.</summary>
    /// <param name="name">The name.</param>
    /// <param name="variables">The environment of the process.</param>
    public static string Find(string name, Dictionary<string, string> variables)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            if (SystemProcess.IsProgram(name)) return name;
            throw new LaunchException(Path.Exists(name) ? $"'{name}' is not a program that this user may execute" : $"there is no program '{name}'");
        }

        string path = variables.GetValueOrDefault("PATH", "");
        foreach (string directory in path.Split(':'))
        {
            string program = directory.Length == 0 ? "./" + name : $"{directory}/{name}";
            if (SystemProcess.IsProgram(program)) return program;
        }
        throw new LaunchException($"there is no program '{name}' in the directories of PATH ({path})");
    }
}

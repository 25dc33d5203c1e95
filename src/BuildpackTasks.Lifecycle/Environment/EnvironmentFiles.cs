namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the files of a directory change in an environment: a file's name is that of the variable and what is done with it, its contents are
/// the value as they are (buildpack specification, "Environment Variable Modification Rules"). The launcher reads the files of an
/// image by the same rules as the build does.
/// </summary>
internal static class EnvironmentFiles
{
    /// <summary>Reads a directory.</summary>
    /// <param name="names">The names of what is in it, in ordinal order.</param>
    /// <param name="text">The contents of what has a name; null where that is no file, or nothing.</param>
    /// <param name="unsuffixed">What a name without a suffix means.</param>
    /// <returns>The changes, in the order of the names.</returns>
    public static List<EnvironmentVariable> Read(IEnumerable<string> names, Func<string, string?> text, EnvironmentAction unsuffixed = EnvironmentAction.Override)
    {
        var variables = new List<EnvironmentVariable>();
        foreach (string file in names)
        {
            string name = Variable(file);
            if (name.Length == 0 || Action(file[name.Length..], unsuffixed) is not { } action || text(file) is not { } value) continue;
            // A delimiter holds for its directory, and for what joins only.
            string delimiter = action is EnvironmentAction.Prepend or EnvironmentAction.Append ? text(name + ".delim") ?? "" : "";
            variables.Add(new EnvironmentVariable(name, value, action, delimiter));
        }
        return variables;
    }

    /// <summary>The variable that a file is about: what is before the first dot.</summary>
    /// <param name="file">The file's name.</param>
    public static string Variable(string file) => file.IndexOf('.', StringComparison.Ordinal) is >= 0 and int dot ? file[..dot] : file;

    private static EnvironmentAction? Action(string suffix, EnvironmentAction unsuffixed) => suffix switch
    {
        "" => unsuffixed,
        ".override" => EnvironmentAction.Override,
        ".append" => EnvironmentAction.Append,
        ".prepend" => EnvironmentAction.Prepend,
        ".default" => EnvironmentAction.Default,
        _ => null,
    };
}

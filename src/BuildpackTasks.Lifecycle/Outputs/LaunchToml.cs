namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>launch.toml</c>: processes, labels and slices (buildpack specification, "launch.toml"). A key that the buildpack's API does not know
/// is as if it were not there, as in the reference; one that the API forbids is an error.
/// </summary>
/// <param name="Processes">The processes, in the file's order.</param>
/// <param name="Labels">Labels of the image, by name.</param>
/// <param name="Slices">Parts of the app directory that become layers of their own.</param>
internal sealed record LaunchToml(IReadOnlyList<Process> Processes, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<Slice> Slices)
{
    private const string FileName = "launch.toml";

    /// <summary>Reads the file; where there is none, the buildpack has nothing of this.</summary>
    /// <param name="files">The buildpack's layers directory.</param>
    /// <param name="api">The API that the buildpack follows.</param>
    /// <param name="buildpack">Its id: slices are named after it.</param>
    /// <param name="imageAppDirectory">Where the app is in the image.</param>
    /// <exception cref="LifecycleException">BPT2120: the file is malformed. And what reading it raises.</exception>
    public static LaunchToml Read(WrittenFiles files, BuildpackApi api, BuildpackId buildpack, string imageAppDirectory)
    {
        if (files.TryReadToml(FileName) is not { } file) return new LaunchToml([], new Dictionary<string, string>(), []);
        return new LaunchToml(
            ReadProcesses(file.Subs("processes"), api, imageAppDirectory),
            ReadLabels(file.Subs("labels")),
            [.. file.Subs("slices").Select((slice, index) => ReadSlice(slice, $"{buildpack} {index + 1}", imageAppDirectory))]);
    }

    private static Process[] ReadProcesses(IReadOnlyList<TableReader> tables, BuildpackApi api, string imageAppDirectory)
    {
        var types = new HashSet<ProcessType>();
        bool hasDefault = false;
        var processes = new List<Process>();
        foreach (TableReader table in tables)
        {
            ProcessType type = table.Parsed("type", ProcessType.Parse);
            if (!types.Add(type)) throw table.Bad("type", $"is '{type}' a second time");
            bool isDefault = table.Flag("default");
            // "An individual buildpack may only specify one process type with default = true."
            if (isDefault && hasDefault) throw table.Bad("default", "marks a second process as the default, and there is one default at most");
            hasDefault |= isDefault;
            processes.Add(ReadCommand(table, api, type) with
            {
                Default = isDefault,
                WorkingDirectory = Plain(table, "working-dir", table.OptionalText("working-dir")) is { Length: > 0 } directory ? Below(imageAppDirectory, directory) : null,
                ExecutionEnvironments = api.HasExecutionEnvironments ? ReadExecutionEnvironments(table) : [],
            });
        }
        return [.. processes];
    }

    private static Process ReadCommand(TableReader table, BuildpackApi api, ProcessType type)
    {
        string[] arguments = [.. table.Texts("args").Select(argument => Plain(table, "args", argument)!)];
        if (!api.ProcessesMayBeIndirect && table.Has("direct")) throw table.Bad("direct", $"is not a key of Buildpack API {api}: all processes are direct");
        if (!api.CommandIsText)
        {
            string[] command = [.. table.Texts("command").Select(part => Plain(table, "command", part)!)];
            if (command is not [{ Length: > 0 }, ..]) throw table.Bad("command", "names no program");
            return new Process(type, command, arguments);
        }

        string text = Plain(table, "command", table.Text("command"))!;
        if (text.Length == 0) throw table.Bad("command", "is empty");
        // Before 0.9, what a user adds goes after args, which stay: they are a part of the command then. A shell reads both, together.
        return table.Flag("direct")
            ? new Process(type, [text, .. arguments], [])
            : new Process(type, [text], arguments) { Direct = false };
    }

    private static IReadOnlyList<string> ReadExecutionEnvironments(TableReader table) =>
        table.Texts("exec-env") is { } names && !names.Contains("*") ? names : [];

    private static SortedDictionary<string, string> ReadLabels(IReadOnlyList<TableReader> tables)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (TableReader table in tables)
        {
            string key = table.Text("key");
            if (key.Length == 0) throw table.Bad("key", "is empty");
            if (!labels.TryAdd(key, table.Text("value"))) throw table.Bad("key", $"is '{key}' a second time");
        }
        return labels;
    }

    /// <summary>"Relative to the root of the app directory without traversing outside", or "absolute and contained within the app directory".</summary>
    private static Slice ReadSlice(TableReader table, string name, string imageAppDirectory)
    {
        IReadOnlyList<string> paths = table.Texts("paths");
        foreach (string path in paths)
        {
            string relative = path == imageAppDirectory ? "" : path.StartsWith(imageAppDirectory + "/", StringComparison.Ordinal) ? path[(imageAppDirectory.Length + 1)..] : path;
            if (relative.StartsWith('/') || relative.Split('/').Contains("..")) throw table.Bad("paths", $"has '{path}', which is not in the app directory");
            if (PathPattern.TryParse(relative) is null) throw table.Bad("paths", $"has '{path}', in which a bracket or a backslash is not complete");
        }
        return new Slice(name, paths);
    }

    /// <summary>A text that a program can be given: the end of such a text is a character 0.</summary>
    private static string? Plain(TableReader table, string key, string? text) =>
        text?.Contains('\0', StringComparison.Ordinal) == true ? throw table.Bad(key, "has a character 0 in it") : text;

    /// <summary>The launcher goes to the app directory first, so a path that is not absolute is relative to it.</summary>
    private static string Below(string imageAppDirectory, string path)
    {
        var parts = new List<string>();
        foreach (string part in (path.StartsWith('/') ? path : $"{imageAppDirectory}/{path}").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..") parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part != ".") parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }
}

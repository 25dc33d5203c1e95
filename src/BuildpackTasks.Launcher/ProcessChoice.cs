using BuildpackTasks.Toml;

namespace BuildpackTasks.Launcher;

/// <summary>
/// Which process is started: the launcher's own name says it, or whoever runs the image gives a command (platform specification,
/// "launcher").
/// </summary>
/// <param name="metadata">What processes there are.</param>
/// <param name="executionEnvironment">What the container is for; processes for something else do not start.</param>
internal sealed class ProcessChoice(LaunchMetadata metadata, string executionEnvironment)
{
    /// <summary>Chooses.</summary>
    /// <param name="self">The launcher's own name: its argument 0.</param>
    /// <param name="arguments">The arguments after that.</param>
    public LaunchProcess Choose(string self, List<string> arguments)
    {
        string name = self[(self.LastIndexOf('/') + 1)..];
        return metadata.FindProcess(name) is { } process ? Described(name, process, arguments) : Given(arguments);
    }

    private LaunchProcess Described(string type, TomlTable process, List<string> given)
    {
        List<string> environments = metadata.Texts(process, "exec-env");
        if (environments.Count > 0 && !environments.Contains("*") && !environments.Contains(executionEnvironment))
            throw new LaunchException($"the process '{type}' is for {string.Join(", ", environments)}, and this container is for {executionEnvironment} (CNB_EXEC_ENV)");

        List<string> command = metadata.Texts(process, "command");
        if (command.Count == 0) throw new LaunchException($"the process '{type}' has no command");
        List<string> replaceable = metadata.Texts(process, "args");
        var arguments = new List<string>(command.GetRange(1, command.Count - 1));
        // Of the oldest API, where the command is one text, all arguments stay and those that are given come after them.
        bool stay = command.Count == 1 && metadata.ApiOf(process) is { CommandIsText: true };
        if (stay || given.Count == 0) arguments.AddRange(replaceable);
        arguments.AddRange(given);
        bool direct = process.TryGetValue("direct", out object? value) && value is true;
        return new LaunchProcess(type, command[0], arguments, direct, metadata.OptionalText(process, "working-dir") is { Length: > 0 } directory ? directory : null);
    }

    /// <summary>After <c>--</c> the command is executed as it is; otherwise a shell is given it.</summary>
    private static LaunchProcess Given(List<string> arguments) => arguments switch
    {
        [] or ["--"] => throw new LaunchException("there is no process of the launcher's own name to start, and no command was given. Start /cnb/process/TYPE, or give a command: -- PROGRAM ARGUMENTS..."),
        ["--", var program, ..] => new LaunchProcess("", program, arguments.GetRange(2, arguments.Count - 2), true, null),
        [var script, ..] => new LaunchProcess("", script, arguments.GetRange(1, arguments.Count - 1), false, null),
    };
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// How the image starts: the default process without a launcher, its command as the entry point and its arguments as the command,
/// which is what the launcher would do with a process that is started directly (platform specification, "launcher").
/// </summary>
/// <param name="Entrypoint">What is always executed.</param>
/// <param name="Command">The arguments that whoever runs the image may replace.</param>
/// <param name="WorkingDirectory">Where the process starts; null for the app's directory.</param>
/// <param name="Default">The type of the default process, or null where there is none.</param>
internal sealed record StartCommand(IReadOnlyList<string> Entrypoint, IReadOnlyList<string> Command, string? WorkingDirectory, ProcessType? Default)
{
    /// <summary>Decides how the image starts.</summary>
    /// <param name="processes">All processes of the image.</param>
    /// <param name="buildpacksDefault">The default that the buildpacks agreed on, or null.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="runImage">The run image's config.</param>
    public static StartCommand Resolve(IReadOnlyList<BuiltProcess> processes, ProcessType? buildpacksDefault, ExportSettings settings, ImageConfig runImage)
    {
        ImageCommand set = settings.Command;
        Process? process = Choose(processes, buildpacksDefault, settings);
        if (set.Instruction == CommandInstruction.None)
        {
            if (set.Command is not null || set.CommandArguments.Count > 0) throw LifecycleErrors.CommandWithoutInstruction();
            return new StartCommand(runImage.Entrypoint, set.DefaultArguments ?? runImage.Command, process?.WorkingDirectory, process?.Type);
        }

        if ((set.Command ?? process?.Command) is not { Count: > 0 } command)
        {
            if (set.CommandArguments.Count > 0) throw LifecycleErrors.BadSetting("ContainerAppCommandArgs", string.Join(' ', set.CommandArguments), "and there is no command that it could be for. Set ContainerAppCommand too");
            return new StartCommand(runImage.Entrypoint, set.DefaultArguments ?? runImage.Command, null, null);
        }
        IReadOnlyList<string> arguments = set.DefaultArguments ?? (set.Command is null ? process!.Arguments : []);
        return set.Instruction == CommandInstruction.Entrypoint
            ? new StartCommand([.. command, .. set.CommandArguments], arguments, process?.WorkingDirectory, process?.Type)
            : new StartCommand(runImage.Entrypoint, [.. command, .. set.CommandArguments, .. arguments], process?.WorkingDirectory, process?.Type);
    }

    private static Process? Choose(IReadOnlyList<BuiltProcess> processes, ProcessType? buildpacksDefault, ExportSettings settings)
    {
        IEnumerable<string> types = processes.Select(static built => built.Process.Type.ToString());
        ProcessType? chosen = settings.DefaultProcess
            ?? settings.Processes.Where(static process => process.Default).Select(static process => (ProcessType?)process.Type).FirstOrDefault()
            ?? buildpacksDefault;
        if (chosen is { } type) return processes.FirstOrDefault(built => built.Process.Type == type)?.Process ?? throw LifecycleErrors.NoSuchProcess(type.ToString(), types);
        if (processes.Count > 1 && settings.Command is { Command: null, Instruction: not CommandInstruction.None }) throw LifecycleErrors.NoDefaultProcess(types);
        return processes.Count == 1 ? processes[0].Process : null;
    }
}

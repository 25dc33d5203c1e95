using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// How the image starts. Without a launcher: the default process, its command as the entry point and its arguments as the command,
/// which is what the launcher would do with a process that is started directly. With one: the launcher, under the name of the
/// process (platform specification, "launcher", "exporter").
/// </summary>
/// <param name="Entrypoint">What is always executed.</param>
/// <param name="Command">The arguments that whoever runs the image may replace.</param>
/// <param name="WorkingDirectory">Where the process starts; null for the app's directory.</param>
internal sealed record StartCommand(IReadOnlyList<string> Entrypoint, IReadOnlyList<string> Command, string? WorkingDirectory)
{
    /// <summary>Decides how an image without a launcher starts.</summary>
    /// <param name="process">The default process, or null.</param>
    /// <param name="processes">All processes of the image.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="runImage">The run image's config.</param>
    public static StartCommand Direct(Process? process, IReadOnlyList<BuiltProcess> processes, ExportSettings settings, ImageConfig runImage)
    {
        ImageCommand set = settings.Command;
        if (process is null && processes.Count > 1 && set is { Command: null, Instruction: not CommandInstruction.None })
            throw LifecycleErrors.NoDefaultProcess(processes.Select(static built => built.Process.Type.ToString()));
        if (Unchanged(process, settings, runImage) is { } unchanged) return unchanged;

        IReadOnlyList<string> command = [.. set.Command ?? process!.Command, .. set.CommandArguments];
        return Joined(set, runImage, command, set.DefaultArguments ?? (set.Command is null ? process!.Arguments : []), process?.WorkingDirectory);
    }

    /// <summary>Decides how an image with a launcher starts: that finds the process' own command, arguments and directory in its files.</summary>
    /// <param name="process">The default process, or null.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="runImage">The run image's config.</param>
    public static StartCommand Launched(Process? process, ExportSettings settings, ImageConfig runImage)
    {
        ImageCommand set = settings.Command;
        if (set.Instruction == CommandInstruction.None || set is { Command: null, CommandArguments.Count: > 0 } && process is null)
            return Unchanged(process, settings, runImage)! with { WorkingDirectory = null };

        IReadOnlyList<string> entrypoint = set.Command is { Count: > 0 } command ? [LauncherFiles.Program, "--", .. command, .. set.CommandArguments]
            : [process is null ? LauncherFiles.Program : $"{LauncherLayers.ProcessDirectory}/{process.Type}"];
        return Joined(set, runImage, entrypoint, set.DefaultArguments ?? [], null);
    }

    /// <summary>What stays of the run image's own start where nothing takes its place.</summary>
    private static StartCommand? Unchanged(Process? process, ExportSettings settings, ImageConfig runImage)
    {
        ImageCommand set = settings.Command;
        if (set.Instruction == CommandInstruction.None)
        {
            if (set.Command is not null || set.CommandArguments.Count > 0) throw LifecycleErrors.CommandWithoutInstruction();
            return new StartCommand(runImage.Entrypoint, set.DefaultArguments ?? runImage.Command, process?.WorkingDirectory);
        }

        if ((set.Command ?? process?.Command) is { Count: > 0 }) return null;
        if (set.CommandArguments.Count > 0) throw LifecycleErrors.BadSetting("ContainerAppCommandArgs", string.Join(' ', set.CommandArguments), "and there is no command that it could be for. Set ContainerAppCommand too");
        return new StartCommand(runImage.Entrypoint, set.DefaultArguments ?? runImage.Command, null);
    }

    private static StartCommand Joined(ImageCommand set, ImageConfig runImage, IReadOnlyList<string> command, IReadOnlyList<string> arguments, string? workingDirectory) =>
        set.Instruction == CommandInstruction.Entrypoint
            ? new StartCommand(command, arguments, workingDirectory)
            : new StartCommand(runImage.Entrypoint, [.. command, .. arguments], workingDirectory);
}

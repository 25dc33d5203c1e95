namespace BuildpackTasks.Lifecycle;

/// <summary>What the user set about how the image starts, over what its default process says.</summary>
public sealed record ImageCommand
{
    /// <summary>Where the command goes.</summary>
    public CommandInstruction Instruction { get; init; }

    /// <summary>What is executed in place of the process' command (<c>ContainerAppCommand</c>); null for the process' own.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Arguments that stay (<c>ContainerAppCommandArgs</c>).</summary>
    public IReadOnlyList<string> CommandArguments { get; init; } = [];

    /// <summary>Arguments that whoever runs the image may replace (<c>ContainerDefaultArgs</c>); null for the process' own.</summary>
    public IReadOnlyList<string>? DefaultArguments { get; init; }
}

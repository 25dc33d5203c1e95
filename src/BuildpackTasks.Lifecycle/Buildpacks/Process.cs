namespace BuildpackTasks.Lifecycle;

/// <summary>A command that the image can run (buildpack specification, "launch.toml", <c>[[processes]]</c>).</summary>
/// <param name="Type">Its name.</param>
/// <param name="Command">What is executed, and the arguments that stay; not empty.</param>
/// <param name="Arguments">The arguments that whoever runs the image may replace.</param>
/// <param name="Default">Whether it runs when nobody chooses.</param>
/// <param name="WorkingDirectory">Where it starts, an absolute path in the image; null for the app directory.</param>
public sealed record Process(
    ProcessType Type,
    IReadOnlyList<string> Command,
    IReadOnlyList<string> Arguments,
    bool Default = false,
    string? WorkingDirectory = null)
{
    /// <summary>Whether it is executed as it is; otherwise a shell starts it, which only the oldest supported Buildpack API allows.</summary>
    public bool Direct { get; init; } = true;

    /// <summary>The execution environments that it is for; empty for all (Buildpack API 0.12).</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];
}

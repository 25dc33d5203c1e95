namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>What the program BuildpackTasks.ProgramHost is to run, in the form of its JSON.</summary>
/// <param name="Directory">The directory of a <see cref="ProgramSandbox"/>.</param>
/// <param name="Script">The shell script.</param>
internal sealed record HostedProgramRun(string Directory, string Script)
{
    public ProgramPhase Phase { get; init; } = ProgramPhase.Build;

    public BuildpackIsolation Isolation { get; init; } = BuildpackIsolation.Always;

    public string ImageAppDirectory { get; init; } = "/workspace";

    public string? SearchPath { get; init; }

    public double TimeoutSeconds { get; init; } = 120;

    public int Times { get; init; } = 1;
}

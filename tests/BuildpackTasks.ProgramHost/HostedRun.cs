using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.ProgramHost;

/// <summary>What the host is asked to run, as JSON.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Directory">A directory with <c>app</c>, <c>layers</c> and <c>buildpack</c>; scratch files go there too.</param>
/// <param name="Script">The text of a shell script, run with <c>/bin/sh -c</c>.</param>
/// <param name="Isolation">Whether it runs in a view.</param>
/// <param name="ImageAppDirectory">Where it sees the app.</param>
/// <param name="SearchPath">Where the tools are that make the view; null for the host's own <c>PATH</c>.</param>
/// <param name="TimeoutSeconds">How long it may take.</param>
/// <param name="Times">How often it is run.</param>
public sealed record HostedRun(
    ProgramPhase Phase,
    string Directory,
    string Script,
    BuildpackIsolation Isolation = BuildpackIsolation.Always,
    string ImageAppDirectory = "/workspace",
    string? SearchPath = null,
    double TimeoutSeconds = 60,
    int Times = 1);

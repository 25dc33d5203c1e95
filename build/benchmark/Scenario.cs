namespace BuildpackTasks.Benchmark;

/// <summary>From what state an app is published.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="IsChanged">One line of the app has changed since the last publish.</param>
/// <param name="IsEmptyDisk">A build agent: sources and NuGet's packages are there, nothing built and nothing cached.</param>
/// <param name="IsSecondProject">The project has never been published, but another one like it has.</param>
internal sealed record Scenario(string Name, bool IsChanged = false, bool IsEmptyDisk = false, bool IsSecondProject = false)
{
    /// <summary>In the order in which they come about.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("first publish"),
        new("nothing changed"),
        new("one line changed", IsChanged: true),
        new("empty disk, nothing changed", IsEmptyDisk: true),
        new("empty disk, one line changed", IsChanged: true, IsEmptyDisk: true),
        new("team cache, second project on an empty disk", IsEmptyDisk: true, IsSecondProject: true),
    ];
}

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the files of a launch layer do when a process of the image starts (buildpack specification, "Launch"). It is noted with the layer,
/// so that a later build knows it of a layer that it keeps from the previous image.
/// </summary>
public sealed record LayerStart
{
    /// <summary>A layer whose files do nothing then.</summary>
    public static LayerStart Nothing { get; } = new();

    /// <summary>The directories at its root that go before what <c>PATH</c> (<c>bin</c>) and <c>LD_LIBRARY_PATH</c> (<c>lib</c>) have.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>What <c>env/</c> and <c>env.launch/</c> change for every process, in order.</summary>
    public IReadOnlyList<EnvironmentVariable> Variables { get; init; } = [];

    /// <summary>What <c>env.launch/TYPE/</c> changes for processes of one type only, in order.</summary>
    public IReadOnlyDictionary<ProcessType, IReadOnlyList<EnvironmentVariable>> Processes { get; init; } = new Dictionary<ProcessType, IReadOnlyList<EnvironmentVariable>>();

    /// <summary>The directories with programs that a launcher runs: <c>exec.d</c>, <c>exec.d/TYPE</c>.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];
}

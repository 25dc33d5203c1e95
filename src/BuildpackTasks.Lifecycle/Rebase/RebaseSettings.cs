namespace BuildpackTasks.Lifecycle;

/// <summary>What a rebase shall do.</summary>
public sealed record RebaseSettings
{
    /// <summary>Whether the run image is replaced.</summary>
    public bool ReplacesRunImage { get; init; } = true;

    /// <summary>The run image to move to, as a person writes it; null for the present content of the one that each image names.</summary>
    public string? RunImage { get; init; }

    /// <summary>Whether what speaks against it is only said.</summary>
    public bool Force { get; init; }
}

namespace BuildpackTasks.Lifecycle;

/// <summary>How a fleet is rebased.</summary>
public sealed record FleetSettings
{
    /// <summary>The absolute path of the directory for the journal, the summaries and the rollback files; created where it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// What was asked, by the names of properties: which images, and what is to be done. An interrupted run goes on only where the same
    /// is asked again.
    /// </summary>
    public IReadOnlyDictionary<string, string> Request { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is only said what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>The tag that what is replaced keeps; null for none.</summary>
    public KeepTag? KeepTag { get; init; }

    /// <summary>How many images are worked on at a time.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>The absolute path of the file that notes which tags were moved; null for one in <see cref="Directory"/> with the time in its name.</summary>
    public string? RollbackFile { get; init; }
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a run did. The files have every image; this has what a caller decides by.</summary>
public sealed record FleetSummary
{
    /// <summary>How many images, by what became of them.</summary>
    public required FleetCounts Counts { get; init; }

    /// <summary>The first failures, a hundred at most.</summary>
    public required IReadOnlyList<FleetRecord> Failures { get; init; }

    /// <summary>What the user should hear of the run as a whole, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Why the list of images ended before its end; null where it did not.</summary>
    public required CodedException? Problem { get; init; }

    /// <summary>Whether the run was stopped.</summary>
    public required bool IsInterrupted { get; init; }

    /// <summary>The absolute path of the summary for people.</summary>
    public required string TextFile { get; init; }

    /// <summary>The absolute path of the summary for programs.</summary>
    public required string JsonFile { get; init; }

    /// <summary>The absolute path of the file that takes the run back; null where no tag was moved.</summary>
    public required string? RollbackFile { get; init; }

    /// <summary>Whether every image is where it should be.</summary>
    public bool Succeeded => !IsInterrupted && Problem is null && Counts is { Failed: 0, NotReached: 0 };
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a summary says of one image.</summary>
/// <param name="Name">The image's name with its tag.</param>
/// <param name="Status">What became of it.</param>
public sealed record FleetRecord(string Name, FleetStatus Status)
{
    /// <summary>What the tag named before; null where it was not read.</summary>
    public Digest? Before { get; init; }

    /// <summary>What the tag names afterwards, or would name; null where nothing was computed.</summary>
    public Digest? After { get; init; }

    /// <summary>The tag that what was replaced keeps; null for none.</summary>
    public string? KeptAs { get; init; }

    /// <summary>What changes, by platform and part.</summary>
    public IReadOnlyList<FleetChange> Changes { get; init; } = [];

    /// <summary>Why it would not have been done without force, a sentence each.</summary>
    public IReadOnlyList<string> Overridden { get; init; } = [];

    /// <summary>What the user should hear of, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The code of the error; null where there was none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The error, one line without the code; null where there was none.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it was done by a run that was interrupted, which this one continues.</summary>
    public bool IsEarlier { get; init; }

    internal static FleetRecord Failure(string name, CodedException e) => new(name, FleetStatus.Failed) { ErrorCode = e.Code, Error = e.Message };

    internal static FleetRecord Of(string name, FleetStatus status, RebaseResult result) => new(name, status)
    {
        Before = result.Before.Descriptor.Digest,
        After = result.Digest,
        Changes =
        [
            .. result.Images.SelectMany(image => image.Changes.Select(change => new FleetChange(
                result.Index is null ? null : image.After.Config.Platform.ToString(),
                change.Part, change.Before, change.After, [.. change.Layers.Select(FleetLayer.Of)], change.Packages))),
        ],
        Overridden = [.. result.Images.SelectMany(static image => image.Overridden).Distinct()],
        Notes = [.. result.Images.SelectMany(static image => image.Notes).Distinct()],
    };
}

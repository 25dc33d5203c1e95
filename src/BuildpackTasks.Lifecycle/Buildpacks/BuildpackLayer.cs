using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that a buildpack contributes (buildpack specification, "Layer Types").</summary>
public sealed record BuildpackLayer
{
    /// <summary>Its name among the buildpack's layers.</summary>
    public required LayerName Name { get; init; }

    /// <summary>Whether it is in the image.</summary>
    public bool Launch { get; init; } = true;

    /// <summary>Whether later buildpacks see it.</summary>
    public bool Build { get; init; }

    /// <summary>Whether it is kept for the next build.</summary>
    public bool Cache { get; init; }

    /// <summary>
    /// What it holds. Paths are those in the image and may be anywhere in it, not only below the buildpack's layers directory:
    /// a shared framework lives where the host looks for it. Null where the layer is known by its fingerprint.
    /// </summary>
    public IReadOnlyList<LayerEntry>? Entries { get; init; }

    /// <summary>
    /// What decides what the layer holds, where the buildpack knows it without looking at what it holds: equal ones must stand for
    /// equal entries, on every machine. Null where the entries decide.
    /// </summary>
    public Digest? Fingerprint { get; init; }

    /// <summary>
    /// Whether the buildpack left only the layer's metadata, because the layer is to be the one that the previous image has
    /// (buildpack specification, "Layer Types": <c>launch = true</c> without the directory).
    /// </summary>
    public bool IsKept { get; init; }

    /// <summary>What its files do when a process starts; null where nobody says, as of a layer whose files are none that a launcher reads.</summary>
    public LayerStart? Start { get; init; }

    /// <summary>What the buildpack notes about the layer for the next build, by key; TOML values as text, number, bool, list or table.</summary>
    public IReadOnlyDictionary<string, object> Metadata { get; init; } = new Dictionary<string, object>();
}

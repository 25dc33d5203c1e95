using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>An image that was found under a name.</summary>
/// <param name="Name">What the user wrote.</param>
/// <param name="Reference">The same, pinned to what was found: a reference with a digest where the image has one.</param>
/// <param name="Image">The image.</param>
public sealed record ResolvedImage(string Name, string Reference, Image Image)
{
    /// <summary>What its layers were made from where that is known, by diff ID.</summary>
    public IReadOnlyDictionary<Digest, Digest> Fingerprints { get; init; } =
        Image.Layers.OfType<KnownLayer>().DistinctBy(static layer => layer.DiffId).ToDictionary(static layer => layer.DiffId, static layer => layer.Fingerprint);

    /// <summary>The distribution's name where the caller knows it (<c>ID</c> of the image's os-release); otherwise labels say it or nothing does.</summary>
    public string? DistributionName { get; init; }

    /// <summary>The distribution's version where the caller knows it (<c>VERSION_ID</c> of the image's os-release).</summary>
    public string? DistributionVersion { get; init; }
}

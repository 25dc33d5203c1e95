namespace BuildpackTasks.Oci;

/// <summary>What an image runs on (OCI image specification, "Image Index", <c>platform</c>).</summary>
/// <param name="Os">The operating system, as Go names it: <c>linux</c>, <c>windows</c>.</param>
/// <param name="Architecture">The processor, as Go names it: <c>amd64</c>, <c>arm64</c>, <c>arm</c>.</param>
/// <param name="Variant">The processor's variant, such as <c>v7</c>, or null where it has none.</param>
/// <param name="OsVersion">The operating system's version, or null; images for Windows have one.</param>
public sealed record Platform(string Os, string Architecture, string? Variant = null, string? OsVersion = null)
{
    /// <summary>Whether an image for <paramref name="other"/> serves who asks for this: what this leaves open matches anything.</summary>
    /// <param name="other">What the image says of itself.</param>
    public bool Accepts(Platform other) =>
        Os == other.Os
        && Architecture == other.Architecture
        && (Normalized(this) is null || Normalized(other) is null || Normalized(this) == Normalized(other))
        && (OsVersion is null || OsVersion == other.OsVersion);

    /// <summary>The text <c>os/architecture[/variant]</c>.</summary>
    public override string ToString() => Variant is null ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    // arm64 has one variant in use, v8, which images name or leave out.
    private static string? Normalized(Platform platform) =>
        platform is { Architecture: "arm64", Variant: "v8" } ? null : platform.Variant;
}

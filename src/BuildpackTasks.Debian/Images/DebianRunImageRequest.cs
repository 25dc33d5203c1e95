using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Which run image is wanted.</summary>
public sealed record DebianRunImageRequest
{
    /// <summary>Its name, which says the suite.</summary>
    public required DebianRunImageName Name { get; init; }

    /// <summary>What it runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Whether the app uses cultures: an app that is globalization-invariant needs no ICU.</summary>
    public bool IncludeIcu { get; init; }
}

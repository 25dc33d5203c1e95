namespace BuildpackTasks.Testing;

/// <summary>What fleet of images is made.</summary>
/// <param name="Images">How many.</param>
public sealed record FleetShape(int Images)
{
    /// <summary>The repository that all of them are tags of; null for a repository each.</summary>
    public string? Repository { get; init; }

    /// <summary>What the names of the repositories begin with, where each image has its own.</summary>
    public string Prefix { get; init; } = "fleet";

    /// <summary>How long the run image's layer is at least, in bytes.</summary>
    public int RunImageBytes { get; init; } = 20_000;
}

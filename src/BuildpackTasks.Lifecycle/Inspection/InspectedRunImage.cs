namespace BuildpackTasks.Lifecycle;

/// <summary>What an image says of the run image that it is stacked on.</summary>
/// <param name="Name">The run image as the build was told; null where the image does not say.</param>
/// <param name="Reference">The run image as it was found then, pinned to a digest; null where the image does not say.</param>
/// <param name="Mirrors">Other places where the same run image is.</param>
/// <param name="TopLayer">The diff ID of its topmost layer, as the image says it; null where it does not.</param>
public sealed record InspectedRunImage(string? Name, string? Reference, IReadOnlyList<string> Mirrors, string? TopLayer)
{
    /// <summary>Whether there is a newer one.</summary>
    public Availability Newer { get; init; } = Availability.Unknown("nobody was asked");
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Finds run images by the names that users write and images keep. What was found once in a run is the same for all images of the run.</summary>
public interface IRunImageSource
{
    /// <summary>Finds or assembles the run image that an image is moved to.</summary>
    /// <param name="name">An image reference, a path with its scheme, <c>debian://SUITE</c> or <c>scratch</c>.</param>
    /// <param name="image">The image that is moved: its platform counts, and what its present run image has.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="CodedException">There is no such image for the platform, or it cannot be had.</exception>
    Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken);

    /// <summary>The config of the run image that an image was built on.</summary>
    /// <param name="reference">The run image, pinned to a digest, as the image's metadata names it.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The config, or null where it is gone or cannot be read any more.</returns>
    Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken);
}

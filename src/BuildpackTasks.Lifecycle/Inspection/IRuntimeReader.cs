using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Tells which runtime an image's app runs on.</summary>
public interface IRuntimeReader
{
    /// <summary>Reads it out of what the image says of itself.</summary>
    /// <param name="image">The image.</param>
    /// <param name="buildpacks">The same as a buildpacks image; null where it is none, or says of itself what cannot be.</param>
    /// <returns>The runtime, or null where the image says of none.</returns>
    /// <exception cref="CodedException">What the image says of its runtime cannot be.</exception>
    InspectedRuntime? Read(Image image, BuildpacksImage? buildpacks);
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Makes newer layers in place of those that a buildpack put into images, without building.</summary>
public interface ILayerUpdater
{
    /// <summary>What messages and summaries call the part of the image, such as <c>dotnet-runtime</c>.</summary>
    string Name { get; }

    /// <summary>Makes the newer layers of an image.</summary>
    /// <param name="image">The image before.</param>
    /// <param name="runImage">The layers of the run image that it will have, the lowest first.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>What changes, or null where the image has nothing of the part, or has the newest.</returns>
    /// <exception cref="CodedException">It cannot be done, forced or not.</exception>
    Task<LayerUpdate?> UpdateAsync(BuildpacksImage image, IReadOnlyList<ILayer> runImage, CancellationToken cancellationToken);
}

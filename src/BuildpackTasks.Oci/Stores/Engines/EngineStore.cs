namespace BuildpackTasks.Oci;

/// <summary>The images of a container engine that runs. Images are loaded into it; reading them back is not supported.</summary>
/// <param name="engine">The engine.</param>
/// <param name="repository">The repository whose name the images get.</param>
public sealed class EngineStore(ContainerEngine engine, ImageReference repository) : IImageStore
{
    /// <summary>The engine's name, <c>Docker</c> or <c>Podman</c>.</summary>
    public string Name => engine.Name;

    /// <summary>Always fails: engines keep layers unpacked and cannot give back an image as it was loaded.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1243: always.</exception>
    public Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken) =>
        throw OciErrors.EngineCannotBeRead(Name);

    /// <summary>Loads an image under its names. It is sent whole; the engine keeps what it has.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1211: a tag is none; BPT1241: the engine refuses the image; BPT1242: it cannot be reached any more.</exception>
    public Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        engine.Connection.LoadAsync(DockerArchive.Plan(image, repository, tags), progress, cancellationToken);

    /// <summary>Always fails: engines load the image of one platform.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1212: always.</exception>
    public Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        throw OciErrors.HoldsOnePlatform($"The container engine {Name}");
}

namespace BuildpackTasks.Oci;

/// <summary>
/// What a tag or digest of a store stands for, whole: one image, or an index with one for each platform.
/// </summary>
/// <param name="Descriptor">The media type, digest and size in bytes of the manifest or index.</param>
/// <param name="Bytes">The manifest or index as it is stored. Not to be changed.</param>
/// <param name="Images">The image, or those of the index in its order.</param>
public sealed record TaggedImage(Descriptor Descriptor, ReadOnlyMemory<byte> Bytes, IReadOnlyList<Image> Images)
{
    /// <summary>Whether it is an index, perhaps of one image only.</summary>
    public bool IsIndex => MediaTypes.IsIndex(Descriptor.MediaType);

    /// <summary>What an index lists beside images, such as attestations; they speak of the images as they are now.</summary>
    public IReadOnlyList<Descriptor> Others { get; init; } = [];
}

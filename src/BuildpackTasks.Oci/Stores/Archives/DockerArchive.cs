using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// The archive that <c>docker save</c> writes and <c>docker load</c> reads (Docker Image Specification v1.2, "Combined Image
/// JSON + Filesystem Changeset Format").
/// </summary>
internal static class DockerArchive
{
    public const string ManifestFile = "manifest.json";

    /// <summary>
    /// What the archive of an image consists of. The layers keep the compression that they have: every loader unpacks gzip, and
    /// bytes that are not compressed again need not be read twice.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="repository">The repository that its names have, or null for an image without names.</param>
    /// <param name="tags">The tags that its names have.</param>
    /// <exception cref="OciException">BPT1211: a tag is none.</exception>
    public static IReadOnlyList<ArchiveEntry> Plan(Image image, ImageReference? repository, IReadOnlyList<string> tags)
    {
        foreach (string tag in tags.Where(static tag => !ImageReference.IsTag(tag))) throw OciErrors.NotATag(tag);
        string config = image.ConfigDescriptor.Digest.Hex + ".json";
        IEnumerable<string> names = repository is null ? [] : tags.Select(tag => FamiliarName(repository.WithTag(tag))).Order(StringComparer.Ordinal);
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = config,
            ["RepoTags"] = new JsonArray([.. names.Select(static name => (JsonNode)name)]),
            ["Layers"] = new JsonArray([.. image.Layers.Select(static layer => (JsonNode)LayerFile(layer))]),
        });
        return
        [
            ArchiveEntry.FromBytes(ManifestFile, CanonicalJson.Serialize(manifest)),
            ArchiveEntry.FromBytes(config, image.ConfigBytes, image.ConfigDescriptor),
            .. image.Layers.Select(static layer => ArchiveEntry.FromLayer(LayerFile(layer), layer)).DistinctBy(static entry => entry.Path),
        ];
    }

    /// <summary>The name as people write it: without what every reader adds to a name of Docker Hub.</summary>
    public static string FamiliarName(ImageReference name)
    {
        string text = name.ToString();
        if (name.Registry != ImageReference.DockerHub) return text;
        text = text[(ImageReference.DockerHub.Length + 1)..];
        return text.StartsWith("library/", StringComparison.Ordinal) ? text["library/".Length..] : text;
    }

    private static string LayerFile(ILayer layer) => layer.Descriptor.Digest.Hex + ".tar";
}

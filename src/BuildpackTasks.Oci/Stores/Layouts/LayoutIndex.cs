using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// The index of a layout as an immutable value (OCI image specification, "index.json file"). What this type has no name for
/// is carried over untouched.
/// </summary>
internal sealed class LayoutIndex
{
    /// <summary>The tag that an entry has (OCI image specification, "Pre-Defined Annotation Keys").</summary>
    private const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The whole name under which containerd, Docker and Podman load an entry.</summary>
    private const string ImageName = "io.containerd.image.name";

    private readonly JsonObject json;

    private LayoutIndex(JsonObject json, IReadOnlyList<StoredIndexEntry> entries)
    {
        this.json = json;
        Entries = entries;
    }

    /// <summary>An index that lists nothing.</summary>
    public static LayoutIndex Empty => new(
        new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex, ["manifests"] = new JsonArray() }, []);

    /// <summary>What it lists, in its order.</summary>
    public IReadOnlyList<StoredIndexEntry> Entries { get; }

    /// <summary>The tag that an entry has, or null.</summary>
    public static string? TagOf(StoredIndexEntry entry) => entry.Annotations.GetValueOrDefault(RefName);

    /// <summary>Reads an index.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="name">What messages call the layout.</param>
    /// <exception cref="OciException">BPT1202: the bytes are no index.</exception>
    public static LayoutIndex Parse(byte[] bytes, string name)
    {
        try
        {
            if (ManifestReader.Read(bytes, MediaTypes.OciIndex, name) is not StoredIndex index) throw OciErrors.NotALayout(name, "its index is none");
            var json = (JsonObject)JsonNode.Parse(bytes)!;
            return json["manifests"] is null or JsonArray ? new LayoutIndex(json, index.Entries) : throw OciErrors.NotALayout(name, "its index is none");
        }
        catch (Exception e) when (e is ArgumentException or JsonException or OciException { Code: "BPT1004" })
        {
            throw OciErrors.NotALayout(name, $"its '{LayoutReader.IndexFile}' is not an image index", e);
        }
    }

    /// <summary>
    /// This index with an image under each of the tags, in place of what had the tag for the same platform; without tags it
    /// takes the place of the untagged image for the platform.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="tags">The tags; empty for an image without one.</param>
    /// <param name="repository">The repository under whose name container engines load the image, or null.</param>
    public LayoutIndex With(Image image, IReadOnlyList<string> tags, ImageReference? repository) =>
        With(image.Descriptor, image.Config.Platform, tags, repository);

    /// <summary>
    /// This index with an image for several platforms under each of the tags, in place of whatever had the tag; without tags it
    /// takes the place of the untagged one.
    /// </summary>
    /// <param name="index">The image's index.</param>
    /// <param name="tags">The tags; empty for an image without one.</param>
    /// <param name="repository">The repository under whose name container engines load the image, or null.</param>
    public LayoutIndex With(ImageIndex index, IReadOnlyList<string> tags, ImageReference? repository) =>
        With(index.Descriptor, null, tags, repository);

    /// <summary>This index with one more tag on what it has, in place of whatever had that.</summary>
    /// <param name="image">What the tag names afterwards.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="repository">The repository under whose name container engines load the image, or null.</param>
    public LayoutIndex With(TaggedImage image, string tag, ImageReference? repository) =>
        Without([tag]).WithoutUntagged(image.Descriptor.Digest).With(image.Descriptor, image.IsIndex ? null : image.Images[0].Config.Platform, [tag], repository);

    /// <summary>This index without whatever has one of the tags.</summary>
    /// <param name="tags">The tags.</param>
    public LayoutIndex Without(IReadOnlyList<string> tags)
    {
        var changed = (JsonObject)json.DeepClone();
        var nodes = (JsonArray?)changed["manifests"] ?? [];
        for (int index = Entries.Count - 1; index >= 0; index--)
        {
            if (tags.Contains(TagOf(Entries[index]))) nodes.RemoveAt(index);
        }
        return new LayoutIndex(changed, [.. Entries.Where(entry => !tags.Contains(TagOf(entry)))]);
    }

    /// <summary>
    /// This index with what has a tag listed without one, so that it can be read by its digest, and tagged again, when something else
    /// has the tag.
    /// </summary>
    /// <param name="tag">The tag.</param>
    public LayoutIndex Untagged(string tag)
    {
        var changed = (JsonObject)json.DeepClone();
        var nodes = (JsonArray?)changed["manifests"] ?? [];
        var entries = new List<StoredIndexEntry>();
        // What is listed under another tag, or without one already, is not listed once more.
        HashSet<Digest> listed = [.. Entries.Where(entry => TagOf(entry) != tag).Select(static entry => entry.Descriptor.Digest)];
        foreach ((StoredIndexEntry entry, JsonNode? node) in Entries.Zip(nodes.ToArray()))
        {
            if (TagOf(entry) != tag)
            {
                entries.Add(entry);
                continue;
            }
            if (!listed.Add(entry.Descriptor.Digest))
            {
                nodes.Remove(node);
                continue;
            }
            var annotations = (JsonObject)node!["annotations"]!;
            annotations.Remove(RefName);
            annotations.Remove(ImageName);
            if (annotations.Count == 0) ((JsonObject)node).Remove("annotations");
            entries.Add(entry with { Annotations = entry.Annotations.Where(static pair => pair.Key is not (RefName or ImageName)).ToDictionary() });
        }
        return new LayoutIndex(changed, entries);
    }

    private LayoutIndex WithoutUntagged(Digest digest)
    {
        var changed = (JsonObject)json.DeepClone();
        var nodes = (JsonArray?)changed["manifests"] ?? [];
        for (int index = Entries.Count - 1; index >= 0; index--)
        {
            if (IsIt(Entries[index])) nodes.RemoveAt(index);
        }
        return new LayoutIndex(changed, [.. Entries.Where(entry => !IsIt(entry))]);

        bool IsIt(StoredIndexEntry entry) => TagOf(entry) is null && entry.Descriptor.Digest == digest;
    }

    private LayoutIndex With(Descriptor added, Platform? platform, IReadOnlyList<string> tags, ImageReference? repository)
    {
        string?[] names = tags.Count == 0 ? [null] : [.. tags.Distinct()];
        IEnumerable<JsonNode> present = (json["manifests"] as JsonArray ?? []).Select(static node => node!.DeepClone());
        var kept = Entries.Zip(present, static (entry, node) => (Entry: entry, Json: node))
            .Where(pair => !(names.Contains(TagOf(pair.Entry)) && IsReplaced(pair.Entry, added.Digest, platform)));
        var changes = names.Select(tag => (
            Entry: new StoredIndexEntry(added, platform, tag is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [RefName] = tag }),
            Json: (JsonNode)ToJson(added, platform, tag, repository)));

        // The order is that of the names, not of the writing: two builds that write in another order leave the same index.
        (StoredIndexEntry Entry, JsonNode Json)[] all = [.. kept.Concat(changes)
            .OrderBy(static pair => TagOf(pair.Entry), StringComparer.Ordinal)
            .ThenBy(static pair => pair.Entry.Platform?.ToString(), StringComparer.Ordinal)
            .ThenBy(static pair => pair.Entry.Descriptor.Digest)];
        var changed = (JsonObject)json.DeepClone();
        changed["manifests"] = new JsonArray([.. all.Select(static pair => pair.Json)]);
        return new LayoutIndex(changed, [.. all.Select(static pair => pair.Entry)]);
    }

    /// <summary>The index as it is stored.</summary>
    public byte[] ToBytes() => CanonicalJson.Serialize(json);

    // A tag names one thing for a platform; an entry that does not say what it is for would stand in the way of any image, and
    // an index whose tag also names single images would be one answer of several. Untagged images are in nobody's way.
    private static bool IsReplaced(StoredIndexEntry entry, Digest added, Platform? platform) =>
        entry.Descriptor.Digest == added || entry.Platform is null || (platform is null ? TagOf(entry) is not null : entry.Platform == platform);

    private static JsonObject ToJson(Descriptor descriptor, Platform? platform, string? tag, ImageReference? repository)
    {
        JsonObject json = IndexEntryJson.Of(descriptor, platform);
        if (tag is null) return json;
        var annotations = new JsonObject();
        if (repository is not null) annotations[ImageName] = repository.WithTag(tag).ToString();
        annotations[RefName] = tag;
        json["annotations"] = annotations;
        return json;
    }
}

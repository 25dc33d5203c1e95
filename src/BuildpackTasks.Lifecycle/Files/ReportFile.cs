using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>report.toml</c>: what was built (platform specification, "report.toml"). Export writes it after the image was written to its
/// destination; people and scripts read it. The layers are this project's addition.
/// </summary>
/// <param name="Tags">The image's names at its destination, with tags.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="ManifestSize">The length of its manifest in bytes.</param>
/// <param name="Layers">The layers above the run image's, the lowest first.</param>
public sealed record ReportFile(IReadOnlyList<string> Tags, Digest Digest, long ManifestSize, IReadOnlyList<ReportedLayer> Layers)
{
    private const string Addition = "buildpacktasks";

    private static readonly Dictionary<LayerOrigin, string> Origins = new()
    {
        [LayerOrigin.Created] = "created",
        [LayerOrigin.Cache] = "layer cache",
        [LayerOrigin.PreviousImage] = "previous image",
        [LayerOrigin.CacheRepository] = "cache repository",
    };

    /// <summary>The report of an export.</summary>
    /// <param name="exported">What was exported.</param>
    /// <param name="tags">The image's names at its destination, with tags.</param>
    public static ReportFile Of(ExportedImage exported, IReadOnlyList<string> tags) => new(
        tags,
        exported.Image.Digest,
        exported.Image.ManifestBytes.Length,
        [.. exported.Layers.Select(static layer => new ReportedLayer(
            layer.Name, layer.Layer.Descriptor.Digest, layer.Layer.DiffId, layer.Layer.Descriptor.Size, layer.Layer.Fingerprint, layer.Layer.Origin))]);

    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<ReportFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.ReportFile, "ExportImage", cancellationToken);
        TableReader image = file.Sub("image");
        return new ReportFile(
            image.Texts("tags"),
            image.Parsed("digest", Oci.Digest.Parse),
            image.Number("manifest-size"),
            [.. (file.OptionalSub(Addition)?.Subs("layers") ?? []).Select(static layer => new ReportedLayer(
                layer.Text("name"),
                layer.Parsed("digest", Oci.Digest.Parse),
                layer.Parsed("diff-id", Oci.Digest.Parse),
                layer.Number("size"),
                layer.Parsed("fingerprint", Oci.Digest.Parse),
                layer.Parsed("origin", Origin)))]);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken) => StateFile.WriteAsync(
        directory.ReportFile,
        new TomlTable
        {
            ["image"] = new TomlTable { ["tags"] = new TomlArray(Tags), ["digest"] = Digest.ToString(), ["manifest-size"] = ManifestSize },
            [Addition] = new TomlTable
            {
                ["layers"] = new TomlArray(Layers.Select(static layer => new TomlTable
                {
                    ["name"] = layer.Name,
                    ["digest"] = layer.Digest.ToString(),
                    ["diff-id"] = layer.DiffId.ToString(),
                    ["size"] = layer.Size,
                    ["fingerprint"] = layer.Fingerprint.ToString(),
                    ["origin"] = Origins[layer.Origin],
                })),
            },
        },
        cancellationToken);

    private static LayerOrigin Origin(string text) => Origins.Where(origin => origin.Value == text).Select(static origin => (LayerOrigin?)origin.Key).FirstOrDefault()
        ?? throw LifecycleErrors.BadName("layer's origin", text, $"it is one of {string.Join(", ", Origins.Values)}");
}

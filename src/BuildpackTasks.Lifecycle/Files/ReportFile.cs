using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>report.toml</c>: what was built (platform specification, "report.toml"), and <c>report.json</c> with the same content. Export
/// writes them after the image was written to its destination; people and scripts read them. What layers, phases and notes there
/// are is this project's addition.
/// </summary>
/// <param name="Tags">The image's names at its destination, with tags.</param>
/// <param name="Digest">The digest of its manifest.</param>
/// <param name="ManifestSize">The length of its manifest in bytes.</param>
/// <param name="Layers">The layers, the lowest first.</param>
public sealed record ReportFile(IReadOnlyList<string> Tags, Digest Digest, long ManifestSize, IReadOnlyList<ReportedLayer> Layers)
{
    private const string Addition = "buildpacktasks";
    private const string RunImage = "run image";

    private static readonly Dictionary<LayerOrigin, string> Origins = new()
    {
        [LayerOrigin.Created] = "created",
        [LayerOrigin.Cache] = "layer cache",
        [LayerOrigin.PreviousImage] = "previous image",
        [LayerOrigin.CacheRepository] = "cache repository",
    };

    private static readonly Dictionary<BlobTransferKind, string> Transfers = new()
    {
        [BlobTransferKind.Present] = "present",
        [BlobTransferKind.Mounted] = "mounted",
        [BlobTransferKind.Sent] = "sent",
    };

    /// <summary>The phases that ran in this build until the report was written.</summary>
    public IReadOnlyList<ReportedPhase> Phases { get; init; } = [];

    /// <summary>What was not as it should be and what came of it, a sentence each: caches that were not used, warnings.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The report of an export.</summary>
    /// <param name="exported">What was exported.</param>
    /// <param name="analyzed">What analysis had found.</param>
    /// <param name="origins">Where layers of the run image were found that this build put together.</param>
    /// <param name="transfers">What was done with the blobs at the destination.</param>
    /// <param name="tags">The image's names at its destination, with tags.</param>
    public static ReportFile Of(
        ExportedImage exported,
        AnalyzedFile analyzed,
        IReadOnlyDictionary<Digest, LayerOrigin> origins,
        IReadOnlyDictionary<Digest, BlobTransferKind> transfers,
        IReadOnlyList<string> tags)
    {
        var reasons = new LayerReasons(analyzed);
        BlobTransferKind? Transfer(ILayer layer) => transfers.TryGetValue(layer.Descriptor.Digest, out BlobTransferKind kind) ? kind : null;
        return new ReportFile(tags, exported.Image.Digest, exported.Image.ManifestBytes.Length,
        [
            .. exported.Image.Layers.SkipLast(exported.Layers.Count).Select(layer =>
            {
                LayerOrigin? origin = origins.TryGetValue(layer.Descriptor.Digest, out LayerOrigin known) ? known : null;
                Digest? fingerprint = analyzed.RunImage.Fingerprints.TryGetValue(layer.DiffId, out Digest made) ? made : null;
                return new ReportedLayer(RunImage, layer.Descriptor.Digest, layer.DiffId, layer.Descriptor.Size, fingerprint, origin, reasons.Of(origin)) { Transfer = Transfer(layer) };
            }),
            .. exported.Layers.Select(layer => new ReportedLayer(
                layer.Title, layer.Layer.Descriptor.Digest, layer.Layer.DiffId, layer.Layer.Descriptor.Size, layer.Layer.Fingerprint, layer.Layer.Origin, reasons.Of(layer.Layer.Origin, layer))
            {
                Transfer = Transfer(layer.Layer),
            }),
        ]);
    }

    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<ReportFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.ReportFile, "ExportImage", cancellationToken);
        TableReader image = file.Sub("image");
        TableReader? addition = file.OptionalSub(Addition);
        return new ReportFile(
            image.Texts("tags"),
            image.Parsed("digest", Oci.Digest.Parse),
            image.Number("manifest-size"),
            [.. (addition?.Subs("layers") ?? []).Select(ReadLayer)])
        {
            Phases = [.. (addition?.Subs("phases") ?? []).Select(static phase => new ReportedPhase(
                phase.Text("name"),
                TimeSpan.FromMilliseconds(phase.Number("milliseconds")),
                new RegistryTraffic(phase.Number("requests"), phase.Number("bytes-sent"), phase.Number("bytes-received"))))],
            Notes = addition?.Texts("notes") ?? [],
        };
    }

    /// <summary>Writes both files.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: a file cannot be written.</exception>
    public async Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        var table = new TomlTable
        {
            ["image"] = new TomlTable { ["tags"] = new TomlArray(Tags), ["digest"] = Digest.ToString(), ["manifest-size"] = ManifestSize },
            [Addition] = new TomlTable
            {
                ["notes"] = new TomlArray(Notes),
                ["layers"] = new TomlArray(Layers.Select(Table)),
                ["phases"] = new TomlArray(Phases.Select(static phase => new TomlTable
                {
                    ["name"] = phase.Name,
                    ["milliseconds"] = (long)phase.Time.TotalMilliseconds,
                    ["requests"] = phase.Traffic.Requests,
                    ["bytes-sent"] = phase.Traffic.BytesSent,
                    ["bytes-received"] = phase.Traffic.BytesReceived,
                })),
            },
        };
        await StateFile.WriteAsync(directory.ReportJsonFile, stream => LabelJson.WriteIndentedAsync(table, stream, cancellationToken));
        await StateFile.WriteAsync(directory.ReportFile, table, cancellationToken);
    }

    private static ReportedLayer ReadLayer(TableReader layer) => new(
        layer.Text("name"),
        layer.Parsed("digest", Oci.Digest.Parse),
        layer.Parsed("diff-id", Oci.Digest.Parse),
        layer.Number("size"),
        layer.OptionalText("fingerprint") is null ? null : layer.Parsed("fingerprint", Oci.Digest.Parse),
        layer.Parsed("origin", static text => text == RunImage ? null : Known(Origins, text, "layer's origin")),
        layer.Text("reason"))
    {
        Transfer = layer.OptionalText("transfer") is null ? null : layer.Parsed("transfer", static text => Known(Transfers, text, "layer's transfer")),
    };

    private static TomlTable Table(ReportedLayer layer)
    {
        var table = new TomlTable
        {
            ["name"] = layer.Name,
            ["digest"] = layer.Digest.ToString(),
            ["diff-id"] = layer.DiffId.ToString(),
            ["size"] = layer.Size,
        };
        if (layer.Fingerprint is { } fingerprint) table["fingerprint"] = fingerprint.ToString();
        table["origin"] = layer.Origin is { } origin ? Origins[origin] : RunImage;
        table["reason"] = layer.Reason;
        if (layer.Transfer is { } transfer) table["transfer"] = Transfers[transfer];
        return table;
    }

    private static T? Known<T>(Dictionary<T, string> names, string text, string what) where T : struct =>
        names.Where(name => name.Value == text).Select(static name => (T?)name.Key).FirstOrDefault()
            ?? throw LifecycleErrors.BadName(what, text, $"it is one of {string.Join(", ", names.Values)}");
}

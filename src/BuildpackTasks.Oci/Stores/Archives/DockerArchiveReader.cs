using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Oci;

/// <summary>Reads images from the files of a docker archive.</summary>
/// <param name="files">The files.</param>
/// <param name="maxUnpacked">How many bytes the compressed layers of an image may unpack to, all together.</param>
internal sealed partial class DockerArchiveReader(IStoredFiles files, long maxUnpacked)
{
    private const int MaxImages = 1000;
    private const int MaxLayers = 1000;

    /// <summary>Whether an archive is one.</summary>
    public static bool IsDocker(ArchiveFiles files) => files.Find(DockerArchive.ManifestFile) is not null;

    /// <summary>Reads an image; null where the archive has none by that selector.</summary>
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken)
    {
        IReadOnlyList<DockerArchiveImage> images = await ReadManifestAsync(cancellationToken);
        string name = selector is null ? files.Name : $"{files.Name}:{selector}";
        bool byDigest = Digest.TryParse(selector, out Digest digest);
        var others = new List<Platform>();
        var found = new List<(DockerArchiveImage Image, byte[] Config)>();
        bool selected = false;
        foreach (DockerArchiveImage image in images.Where(image => selector is null || byDigest || image.IsNamed(selector)))
        {
            byte[] config = await ReadConfigAsync(image, cancellationToken);
            if (byDigest && !digest.IsOf(config)) continue;
            selected = true;
            Platform actual = ImageConfig.Parse(config, name).Platform;
            if (platform.Accepts(actual)) found.Add((image, config));
            else others.Add(actual);
        }
        if (!selected) return null;
        return found.DistinctBy(static image => image.Image.Config).ToArray() switch
        {
            [] => throw OciErrors.NoImageForPlatform(name, platform, others),
            [var only] => await ReadImageAsync(only.Image, only.Config, name, cancellationToken),
            _ => throw OciErrors.SeveralImages(name, found.SelectMany(static image => image.Image.Names)),
        };
    }

    private async Task<Image> ReadImageAsync(DockerArchiveImage image, byte[] config, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<Digest> diffIds = ImageConfig.Parse(config, name).DiffIds;
        if (diffIds.Count != image.Layers.Count) throw OciErrors.LayerCountMismatch(name, image.Layers.Count, diffIds.Count);
        var layers = new List<ILayer>();
        long left = maxUnpacked;
        foreach ((string path, Digest diffId) in image.Layers.Zip(diffIds))
        {
            StoredFile file = files.Find(path) ?? throw OciErrors.MalformedDockerArchive(files.Name, $"it lists the layer '{Quoted.OneLine(path)}', which is not in it");
            (Descriptor descriptor, long unpacked) = await DescribeAsync(file, diffId, left, cancellationToken);
            left -= unpacked;
            layers.Add(new StoredLayer(descriptor, diffId, () => file.OpenVerified(files.Name, descriptor)));
        }
        return Image.FromConfig(config, layers, ImageFormat.Oci, name);
    }

    /// <summary>
    /// What a layer is. One that is not compressed is known by its diff ID, which is verified when it is read; the digest of one
    /// that is compressed stands nowhere, so that it is read here, and its diff ID verified on the way. How many bytes were unpacked
    /// for that comes back too.
    /// </summary>
    private async Task<(Descriptor Descriptor, long Unpacked)> DescribeAsync(StoredFile file, Digest diffId, long left, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = file.Open();
            if (!await ArchiveFiles.StartsWithGzipAsync(stream, cancellationToken)) return (new Descriptor(MediaTypes.OciLayer, diffId, file.Length), 0);

            var digest = Digest.FromSha256(await SHA256.HashDataAsync(stream, cancellationToken));
            stream.Position = 0;
            await using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            using IncrementalHash hash = diffId.NewHash();
            var buffer = new byte[128 << 10];
            long unpacked = 0;
            for (int count; (count = await gzip.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if ((unpacked += count) > left) throw OciErrors.MalformedDockerArchive(files.Name, $"its layers unpack to more than {maxUnpacked} bytes");
                hash.AppendData(buffer, 0, count);
            }
            if (!diffId.IsOf(hash)) throw OciErrors.DamagedBlob(files.Name, digest, $"unpacked it is not {diffId}");
            return (new Descriptor(MediaTypes.OciLayerGzip, digest, file.Length), unpacked);
        }
        catch (InvalidDataException e)
        {
            throw OciErrors.MalformedDockerArchive(files.Name, "a compressed layer is damaged", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.CannotReadStore(files.Name, e.Message, e);
        }
    }

    private async Task<byte[]> ReadConfigAsync(DockerArchiveImage image, CancellationToken cancellationToken)
    {
        StoredFile file = files.Find(image.Config) ?? throw OciErrors.MalformedDockerArchive(files.Name, $"it lists the config '{Quoted.OneLine(image.Config)}', which is not in it");
        byte[] config = await file.ReadAsync(files.Name, ManifestReader.MaxConfigLength, cancellationToken);
        // The config is named after its digest, HEX.json or blobs/sha256/HEX; nothing else says what it must be.
        if (HexName().Match(image.Config) is { Success: true } hex)
        {
            Digest expected = Digest.Parse("sha256:" + hex.Groups[1].Value);
            if (!expected.IsOf(config)) throw OciErrors.DamagedBlob(files.Name, expected, "its bytes have another digest");
        }
        return config;
    }

    private async Task<IReadOnlyList<DockerArchiveImage>> ReadManifestAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = await files.Find(DockerArchive.ManifestFile)!.ReadAsync(files.Name, ManifestReader.MaxManifestLength, cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.GetArrayLength() > MaxImages) throw OciErrors.MalformedDockerArchive(files.Name, "it lists too many images");
            return [.. document.RootElement.EnumerateArray().Select(Read)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw OciErrors.MalformedDockerArchive(files.Name, $"its '{DockerArchive.ManifestFile}' is not a list of images", e);
        }
    }

    private DockerArchiveImage Read(JsonElement image)
    {
        string[] layers = Texts(image, "Layers");
        if (layers.Length > MaxLayers) throw OciErrors.MalformedDockerArchive(files.Name, "an image in it has too many layers");
        return new DockerArchiveImage(image.GetProperty("Config").GetString() ?? "", Texts(image, "RepoTags"), layers);
    }

    private static string[] Texts(JsonElement image, string name) =>
        image.TryGetProperty(name, out JsonElement list) && list.ValueKind != JsonValueKind.Null
            ? [.. list.EnumerateArray().Select(static item => item.GetString() ?? "")]
            : [];

    [GeneratedRegex(@"(?:^|/)([0-9a-f]{64})(?:\.json)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HexName();
}

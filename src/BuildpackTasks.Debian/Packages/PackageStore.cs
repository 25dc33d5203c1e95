using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Packages that were downloaded and unpacked; each once, whoever asks.</summary>
/// <param name="mirror">Who fetches.</param>
/// <param name="cache">Where packages are kept.</param>
internal sealed class PackageStore(MirrorClient mirror, LayerCache cache)
{
    private const int MaxRecordLength = 64 << 20;
    private const int ParallelDownloads = 4;

    /// <summary>The packages, unpacked, in the order of the question.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="progress">Is told what is downloaded, or null.</param>
    /// <param name="cancellationToken">Stops the work; what is finished is kept.</param>
    /// <exception cref="DebianException">BPT4011 to BPT4030: a package cannot be had or not be unpacked.</exception>
    public async Task<IReadOnlyList<UnpackedPackage>> GetAsync(IReadOnlyList<ResolvedPackage> packages, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var unpacked = new UnpackedPackage?[packages.Count];
        for (int i = 0; i < packages.Count; i++) unpacked[i] = await TryReadRecordAsync(packages[i], cancellationToken);

        ResolvedPackage[] missing = [.. packages.Where((package, i) => unpacked[i] is null && cache.Content.PathOf(package.Digest) is null)];
        if (missing.Length > 0) progress?.Report($"Downloading {missing.Length} Debian {(missing.Length == 1 ? "package" : "packages")} ({missing.Sum(static package => package.Size) / 1e6:0.0} MB)");
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelDownloads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, packages.Count, options, async (i, token) => unpacked[i] ??= await UnpackAsync(packages[i], token));
        return unpacked!;
    }

    /// <summary>Where the bytes of a package's files are. Where they are gone since it was unpacked, it is unpacked again.</summary>
    /// <param name="package">The package.</param>
    /// <param name="unpacked">What <see cref="GetAsync"/> gave of it.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DebianException">BPT4011 to BPT4030: the package cannot be had or not be unpacked again.</exception>
    public async Task<string> PathOfAsync(ResolvedPackage package, UnpackedPackage unpacked, CancellationToken cancellationToken)
    {
        var content = Digest.Parse(unpacked.Content);
        if (cache.Content.PathOf(content) is { } path) return path;
        await UnpackAsync(package, cancellationToken);
        return cache.Content.PathOf(content) ?? throw DebianErrors.MalformedPackage(package.Name, "something removes its files from the layer cache");
    }

    /// <summary>The bytes of all files of a package, one after the other, verified. It is unpacked again where they are gone or damaged.</summary>
    /// <param name="package">The package.</param>
    /// <param name="unpacked">What <see cref="GetAsync"/> gave of it.</param>
    /// <param name="maxLength">How many bytes they may be at most.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4011 to BPT4030: the package cannot be had or not be unpacked again, or has more bytes.</exception>
    public async Task<byte[]> ReadAsync(ResolvedPackage package, UnpackedPackage unpacked, long maxLength, CancellationToken cancellationToken)
    {
        var content = Digest.Parse(unpacked.Content);
        if (await cache.Content.TryReadAsync(content, maxLength, cancellationToken) is { } bytes) return bytes;
        await PathOfAsync(package, unpacked, cancellationToken);
        return await cache.Content.TryReadAsync(content, maxLength, cancellationToken)
            ?? throw DebianErrors.MalformedPackage(package.Name, $"its files have more than {maxLength} bytes");
    }

    private async Task<UnpackedPackage> UnpackAsync(ResolvedPackage package, CancellationToken cancellationToken)
    {
        bool kept = cache.Content.PathOf(package.Digest) is not null;
        if (!kept) await DownloadAsync(package, cancellationToken);
        try
        {
            return await ReadAsync(package, cancellationToken);
        }
        catch (DebianException e) when (kept && e.Code != DebianErrors.MissingToolCode)
        {
            // What was kept can be damaged, as after a power failure; what the mirror has now takes its place.
            cache.Note($"The Debian package {package.Name} in the layer cache was damaged; it is downloaded again.");
            await DownloadAsync(package, cancellationToken);
            return await ReadAsync(package, cancellationToken);
        }
    }

    private async Task DownloadAsync(ResolvedPackage package, CancellationToken cancellationToken)
    {
        if (!await mirror.TryDownloadAsync(package.Uri, cache.Content, package.Digest, package.Size, cancellationToken))
            throw DebianErrors.MissingFromMirror(MirrorClient.Shown(package.Uri));
    }

    private async Task<UnpackedPackage> ReadAsync(ResolvedPackage package, CancellationToken cancellationToken)
    {
        UnpackedPackage? unpacked = null;
        Digest content = await cache.Content.AddAsync(
            async (stream, token) =>
            {
                await using var file = new FileStream(cache.Content.PathOf(package.Digest)!, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
                await using var deb = new DigestingStream(file, package.Digest);
                unpacked = await new PackageReader(package.Name).ReadAsync(deb, stream, token);
                // What the reader had no use for is part of the file too.
                await deb.CopyToAsync(Stream.Null, token);
                if (!deb.IsExpected) throw DebianErrors.MalformedPackage(package.Name, "its file in the layer cache is damaged");
            },
            expected: null,
            cancellationToken);
        unpacked = unpacked! with { Content = content.ToString() };
        await cache.Records.WriteAsync(Key(package), JsonSerializer.SerializeToUtf8Bytes(unpacked), cancellationToken);
        return unpacked;
    }

    private async Task<UnpackedPackage?> TryReadRecordAsync(ResolvedPackage package, CancellationToken cancellationToken)
    {
        if (await cache.Records.TryReadAsync(Key(package), MaxRecordLength, cancellationToken) is not { } bytes) return null;
        try
        {
            return JsonSerializer.Deserialize<UnpackedPackage>(bytes) is { } unpacked && Digest.TryParse(unpacked.Content, out Digest content) && IsWhole(unpacked, cache.Content.PathOf(content)) ? unpacked : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A layer verifies each file that it takes; what was cut off is seen here, where the package can still be unpacked again.
    private static bool IsWhole(UnpackedPackage unpacked, string? path) =>
        path is not null && new FileInfo(path) is { Exists: true } file && file.Length == unpacked.Files.Select(static one => one.Offset + one.Length).DefaultIfEmpty().Max();

    private static Digest Key(ResolvedPackage package) => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"debian package 1\n{package.Digest}"));
}

using System.Security.Cryptography;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Reads what a suite and its pockets have now. Each signed file is asked for conditionally; what it leads to is
/// content-addressed and fetched once.
/// </summary>
/// <param name="sources">Where from.</param>
/// <param name="mirror">Who fetches.</param>
/// <param name="cache">Where what was fetched is kept.</param>
/// <param name="time">The clock that tells whether a suite may still be used.</param>
internal sealed class SuiteReader(DebianSources sources, MirrorClient mirror, LayerCache cache, TimeProvider time)
{
    private const int MaxReleaseLength = 16 << 20;
    private const int MaxIndexLength = 128 << 20;
    private const int MaxUnpackedIndexLength = 512 << 20;
    private static readonly string[] Compressions = [".xz", ".gz", ""];

    /// <summary>The suite and those of its pockets that there are, the suite first.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="cancellationToken">Stops the requests.</param>
    /// <exception cref="DebianException">BPT4011 to BPT4021: it cannot be had, or not be trusted.</exception>
    public async Task<IReadOnlyList<Pocket>> OpenAsync(string suite, CancellationToken cancellationToken)
    {
        Keyring keyring = await Keyring.ReadAsync(sources.Keyrings, cancellationToken);
        Task<Pocket?> main = TryOpenFirstAsync(suite, sources.Mirrors, keyring, cancellationToken);
        Task<Pocket?> updates = TryOpenFirstAsync($"{suite}-updates", sources.Mirrors, keyring, cancellationToken);
        Task<Pocket?> security = TryOpenFirstAsync($"{suite}-security", sources.SecurityMirrors, keyring, cancellationToken);
        Pocket?[] pockets = await Task.WhenAll(main, updates, security);
        return pockets[0] is null
            ? throw DebianErrors.UnknownSuite(suite, MirrorClient.Shown(sources.Mirrors[0]))
            : [.. pockets.OfType<Pocket>()];
    }

    /// <summary>All packages for an architecture.</summary>
    /// <param name="pockets">The suite and its pockets.</param>
    /// <param name="architecture">Debian's name of the architecture.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4001 to BPT4023: an index cannot be had, or is malformed.</exception>
    public async Task<PackageIndex> ReadIndexAsync(IReadOnlyList<Pocket> pockets, string architecture, CancellationToken cancellationToken)
    {
        var contents = await Task.WhenAll(pockets.SelectMany(pocket =>
            (pocket.Release.SeparateAll ? (string[])[architecture, "all"] : [architecture]).Select(async one => (pocket.Mirror, Content: await ReadIndexAsync(pocket, one, cancellationToken)))));
        var index = new PackageIndex();
        foreach ((Uri archive, byte[] content) in contents) index.Add(content, archive);
        return index;
    }

    private async Task<Pocket?> TryOpenFirstAsync(string suite, IReadOnlyList<Uri> archives, Keyring keyring, CancellationToken cancellationToken)
    {
        foreach (Uri archive in archives)
        {
            if (await TryOpenAsync(suite, archive, keyring, cancellationToken) is { } pocket) return pocket;
        }
        return null;
    }

    private async Task<Pocket?> TryOpenAsync(string suite, Uri archive, Keyring keyring, CancellationToken cancellationToken)
    {
        var uri = new Uri(archive, $"dists/{suite}/InRelease");
        string shown = MirrorClient.Shown(uri);
        Digest key = ReleaseRecord.Key(uri);
        ReleaseRecord? known = ReleaseRecord.TryParse(await cache.Records.TryReadAsync(key, ReleaseRecord.MaxLength, cancellationToken));
        byte[]? verified = known is not null && known.Keyring == keyring.Id.ToString() ? await ReadCachedAsync(known.Verified, cancellationToken) : null;

        // A file that was not verified with these keys has to be read again whole.
        MirrorAnswer? answer = await mirror.TryGetAsync(uri, verified is null ? null : known!.Validators, MaxReleaseLength, cancellationToken);
        if (answer is null) return null;
        if (answer.Content is { } content && (verified is null || Digest.Of(content).ToString() != known!.Raw))
        {
            byte[] served = await SignatureVerifier.VerifyAsync(content, keyring, shown, cancellationToken);
            // The signature of an old suite stays good, so that anybody on the way can serve it again: like apt, nobody goes back.
            if (verified is null || !(ReleaseFile.Parse(served, shown).Date < ReleaseFile.Parse(verified, shown).Date))
            {
                verified = served;
                Digest stored = await cache.Content.AddAsync((stream, token) => stream.WriteAsync(served, token).AsTask(), expected: null, cancellationToken);
                var record = new ReleaseRecord(answer.Validators.ETag, answer.Validators.LastModified, Digest.Of(content).ToString(), stored.ToString(), keyring.Id.ToString());
                await cache.Records.WriteAsync(key, record.ToBytes(), cancellationToken);
            }
        }

        ReleaseFile release = ReleaseFile.Parse(verified, shown);
        if (release.Suite != suite && release.Codename != suite) throw DebianErrors.WrongSuite(shown, suite, release.Codename ?? release.Suite ?? "no name");
        if (release.ValidUntil is { } end && end < time.GetUtcNow()) throw DebianErrors.Expired(shown, end);
        return new Pocket(suite, archive, release, Digest.Of(verified));
    }

    private async Task<byte[]?> ReadCachedAsync(string digest, CancellationToken cancellationToken) =>
        Digest.TryParse(digest, out Digest parsed) ? await cache.Content.TryReadAsync(parsed, MaxReleaseLength, cancellationToken) : null;

    private async Task<byte[]> ReadIndexAsync(Pocket pocket, string architecture, CancellationToken cancellationToken)
    {
        string path = ReleaseFile.IndexPath(architecture);
        string? compression = Compressions.FirstOrDefault(extension => pocket.Release.Files.ContainsKey(path + extension));
        if (compression is null) throw DebianErrors.UnsupportedArchitecture(pocket.Suite, architecture, pocket.Release.Architectures);
        ArchiveFile file = pocket.Release.Files[path + compression];
        string what = $"'{MirrorClient.Shown(pocket.Mirror)}dists/{pocket.Suite}/{path}{compression}'";
        if (file.Size > MaxIndexLength) throw DebianErrors.MalformedControl(what, "it is too large");

        byte[] compressed = await cache.Content.TryReadAsync(file.Digest, file.Size, cancellationToken)
            ?? await DownloadAsync(pocket, path + compression, file, cancellationToken);
        return await UnpackAsync(compressed, compression, pocket.Release.Files.GetValueOrDefault(path), what, cancellationToken);
    }

    private async Task<byte[]> DownloadAsync(Pocket pocket, string path, ArchiveFile file, CancellationToken cancellationToken)
    {
        var suite = new Uri(pocket.Mirror, $"dists/{pocket.Suite}/");
        var byName = new Uri(suite, path);
        var byHash = new Uri(suite, $"{path[..path.LastIndexOf('/')]}/by-hash/SHA256/{file.Digest.Hex}");
        bool found = (pocket.Release.ByHash && await mirror.TryDownloadAsync(byHash, cache.Content, file.Digest, file.Size, cancellationToken))
            || await mirror.TryDownloadAsync(byName, cache.Content, file.Digest, file.Size, cancellationToken);
        return (found ? await cache.Content.TryReadAsync(file.Digest, file.Size, cancellationToken) : null)
            ?? throw DebianErrors.MissingFromMirror(MirrorClient.Shown(byName));
    }

    private static async Task<byte[]> UnpackAsync(byte[] compressed, string compression, ArchiveFile? expected, string what, CancellationToken cancellationToken)
    {
        long limit = Math.Min(expected?.Size ?? MaxUnpackedIndexLength, MaxUnpackedIndexLength);
        await using Stream stream = Decompression.Open(new MemoryStream(compressed, writable: false), compression, what);
        using var content = new MemoryStream((int)(expected is null ? 0 : limit));
        byte[] buffer = new byte[128 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and int read)
            {
                if (content.Length + read > limit) throw DebianErrors.MalformedControl(what, "it is larger than its suite says");
                content.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw DebianErrors.MalformedControl(what, e.Message.TrimEnd('.'));
        }
        byte[] bytes = content.Length == content.GetBuffer().Length ? content.GetBuffer() : content.ToArray();
        if (expected is not null && Digest.FromSha256(SHA256.HashData(bytes)) != expected.Digest) throw DebianErrors.MalformedControl(what, "its SHA256 is not the one that its suite says");
        return bytes;
    }
}

namespace BuildpackTasks.Oci;

/// <summary>
/// Writes images to one repository: blobs, then the manifest, then its tags, so that whatever can be seen is whole. Where a
/// tag has the image already, nothing is sent. What this build has seen the repository serve is not asked for again.
/// </summary>
internal sealed class RegistryWriter(RegistryConnection connection, ImageReference repository)
{
    private const int ConcurrentTransfers = 4;

    // Looking for a blob costs as much as sending one of this size.
    private const long SmallBlob = 64 << 10;

    private readonly ManifestEndpoint manifests = new(connection, repository);
    private readonly BlobUploader uploader = new(connection, repository);

    private RegistrySightings Seen => connection.Sightings;

    /// <summary>Writes an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="progress">Told of blobs; null where nobody asks.</param>
    /// <param name="beforeTag">Called when all blobs are there, before each manifest that is put; what it throws keeps the tag as it is. Null for nothing.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, Func<CancellationToken, Task>? beforeTag, CancellationToken cancellationToken)
    {
        string[] names = Names(image.Digest, tags);
        IReadOnlyList<string> missing = await FindMissingAsync(image.Digest, names, image.IsNew, cancellationToken);

        Transfer[] transfers = Plan(image);
        Transfer[] assumed = [];
        if (missing.Count == names.Length)
        {
            // What a manifest names that the repository served in this build is there.
            assumed = [.. transfers.Where(IsServed)];
            ReportPresent(assumed, progress);
            await TransferAsync([.. transfers.Except(assumed)], progress, cancellationToken);
        }
        else
        {
            // One of the tags names the image already.
            assumed = transfers;
            ReportPresent(transfers, progress);
        }

        foreach (string name in missing)
        {
            try
            {
                await PutAsync(name);
            }
            catch (OciException e) when (e.Code == OciErrors.BlobsMissingCode && assumed.Length > 0)
            {
                // A registry can lose what one of its manifests names.
                Seen.Doubt();
                await TransferAsync([.. assumed.Select(transfer => IsHere(transfer.Source) ? transfer with { Source = null } : transfer)], progress, cancellationToken);
                assumed = [];
                await PutAsync(name);
            }
        }

        async Task PutAsync(string name)
        {
            if (beforeTag is not null) await beforeTag(cancellationToken);
            await manifests.PutAsync(name, image.Descriptor, image.ManifestBytes, cancellationToken);
        }
    }

    /// <summary>Writes an image for several platforms: each platform's under its digest, then the index under each tag.</summary>
    /// <param name="index">The image's index.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="progress">Told of blobs; null where nobody asks.</param>
    /// <param name="beforeTag">Called when all images are there, before each tag; what it throws keeps the tag as it is. Null for nothing.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, Func<CancellationToken, Task>? beforeTag, CancellationToken cancellationToken)
    {
        string[] names = Names(index.Digest, tags);
        IReadOnlyList<string> missing = await FindMissingAsync(index.Digest, names, index.Images.Any(static image => image.IsNew), cancellationToken);

        if (missing.Count == names.Length)
        {
            // One after the other: what platforms have in common is there when the second one looks for it.
            foreach (Image image in index.Images) await WriteAsync(image, [], progress, null, cancellationToken);
        }
        else
        {
            foreach (Image image in index.Images) ReportPresent(Plan(image), progress);
        }

        foreach (string name in missing)
        {
            if (beforeTag is not null) await beforeTag(cancellationToken);
            await manifests.PutAsync(name, index.Descriptor, index.Bytes, cancellationToken);
        }
    }

    // A manifest is put under every tag, which stores it under its digest too; only without tags is the digest all it has.
    private static string[] Names(Digest digest, IReadOnlyList<string> tags) =>
        tags.Count == 0 ? [digest.ToString()] : [.. tags.Distinct(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> FindMissingAsync(Digest digest, string[] names, bool isNew, CancellationToken cancellationToken)
    {
        RegistrySightings seen = Seen;
        // Where a tag named another image a moment ago, the others are not asked: putting a manifest costs no more. Nor where nobody can
        // have put this image there.
        bool isOther = isNew || (names.Any(name => seen.TryGet(repository.Repository, name, out _)) && !seen.Has(repository.Repository, digest));
        var scope = new RegistryScope(repository, RegistryAccess.Push);
        var missing = new List<string>();
        foreach (string name in names)
        {
            Digest? present = seen.TryGet(repository.Repository, name, out Digest? named) ? named
                : name == digest.ToString() && seen.Has(repository.Repository, digest) ? digest
                : isOther ? null
                : await manifests.FindAsync(name, scope, cancellationToken);
            if (present != digest || seen.IsDistrusted(repository.Repository, digest)) missing.Add(name);
        }
        return missing;
    }

    // Also what would come from another repository: a run image's layers are here since the image before. What has no source was
    // made in this build, perhaps because the one that is named here is lost: it is there only if this client brought it.
    private bool IsServed(Transfer transfer) =>
        Seen.HasBlob(repository.Repository, transfer.Blob.Digest)
        || (transfer is { Source: { } source, SourceManifest: { } manifest }
            && ((IsHere(source) && Seen.Has(repository.Repository, manifest)) || Seen.HasLayer(repository.Repository, transfer.Blob.Digest)));

    private bool IsHere(ImageReference? source) =>
        source is not null && string.Equals(source.Registry, repository.Registry, StringComparison.OrdinalIgnoreCase) && source.Repository == repository.Repository;

    private static void ReportPresent(Transfer[] transfers, IProgress<BlobTransfer>? progress)
    {
        foreach (Transfer transfer in transfers) progress?.Report(new BlobTransfer(transfer.Blob, BlobTransferKind.Present));
    }

    // The config goes last, so that a list of what was done reads like the image. It names the layers: with one that nobody had
    // before, it is new itself.
    private static Transfer[] Plan(Image image)
    {
        ReadOnlyMemory<byte> config = image.ConfigBytes;
        bool isNew = image.IsNew || (image.ConfigDescriptor.Size <= SmallBlob && image.Layers.Any(static layer => layer is KnownLayer { Created: true }));
        return
        [
            .. image.Layers.Select(static layer => new Transfer(layer.Descriptor, layer.Source, layer.SourceManifest, true, layer.Descriptor.Size <= SmallBlob && layer is KnownLayer { Created: true }, layer.OpenAsync))
                .Append(new Transfer(image.ConfigDescriptor, null, null, false, isNew, _ => Task.FromResult<Stream>(new MemoryStream(config.ToArray(), writable: false))))
                .DistinctBy(static transfer => transfer.Blob.Digest),
        ];
    }

    private Task TransferAsync(Transfer[] transfers, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentTransfers, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(transfers, parallel, async (transfer, stop) =>
        {
            BlobTransferKind kind = await BringAsync(transfer, stop);
            progress?.Report(new BlobTransfer(transfer.Blob, kind));
        });
    }

    // A layer that goes to many repositories of a registry is sent to the first: the others mount it from there.
    private async Task<BlobTransferKind> BringAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        bool isShared = transfer.IsLayer && !uploader.IsMountable(transfer.Source);
        using IDisposable? turn = isShared ? await Seen.Turns.EnterAsync(transfer.Blob.Digest, cancellationToken) : null;
        ImageReference? source = isShared ? Seen.HomeOf(transfer.Blob.Digest) : transfer.Source;
        BlobTransferKind kind = await uploader.EnsureAsync(transfer.Blob, source, transfer.IsNew, transfer.Open, cancellationToken);
        Seen.NoteBlob(repository, transfer.Blob.Digest, isHome: transfer.IsLayer && kind != BlobTransferKind.Mounted);
        return kind;
    }

    private sealed record Transfer(Descriptor Blob, ImageReference? Source, Digest? SourceManifest, bool IsLayer, bool IsNew, Func<CancellationToken, Task<Stream>> Open);
}

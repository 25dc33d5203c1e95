namespace BuildpackTasks.Oci;

/// <summary>
/// Writes images to one repository: blobs, then the manifest, then its tags, so that whatever can be seen is whole. Where a
/// tag has the image already, nothing is sent.
/// </summary>
internal sealed class RegistryWriter(RegistryConnection connection, ImageReference repository)
{
    private const int ConcurrentTransfers = 4;

    private readonly ManifestEndpoint manifests = new(connection, repository);
    private readonly BlobUploader uploader = new(connection, repository);

    public async Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        string[] names = Names(image.Digest, tags);
        IReadOnlyList<string> missing = await FindMissingAsync(image.Digest, names, cancellationToken);

        Transfer[] transfers = Plan(image);
        if (missing.Count == names.Length) await TransferAsync(transfers, progress, cancellationToken);
        else ReportPresent(transfers, progress);

        foreach (string name in missing) await manifests.PutAsync(name, image.Descriptor, image.ManifestBytes, cancellationToken);
    }

    /// <summary>Writes an image for several platforms: each platform's under its digest, then the index under each tag.</summary>
    public async Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        string[] names = Names(index.Digest, tags);
        IReadOnlyList<string> missing = await FindMissingAsync(index.Digest, names, cancellationToken);

        if (missing.Count == names.Length)
        {
            // One after the other: what platforms have in common is there when the second one looks for it.
            foreach (Image image in index.Images) await WriteAsync(image, [], progress, cancellationToken);
        }
        else
        {
            foreach (Image image in index.Images) ReportPresent(Plan(image), progress);
        }

        foreach (string name in missing) await manifests.PutAsync(name, index.Descriptor, index.Bytes, cancellationToken);
    }

    // A manifest is put under every tag, which stores it under its digest too; only without tags is the digest all it has.
    private static string[] Names(Digest digest, IReadOnlyList<string> tags) =>
        tags.Count == 0 ? [digest.ToString()] : [.. tags.Distinct(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<string>> FindMissingAsync(Digest digest, string[] names, CancellationToken cancellationToken)
    {
        var scope = new RegistryScope(repository, RegistryAccess.Push);
        var missing = new List<string>();
        foreach (string name in names)
        {
            if (await manifests.FindAsync(name, scope, cancellationToken) != digest) missing.Add(name);
        }
        return missing;
    }

    private static void ReportPresent(Transfer[] transfers, IProgress<BlobTransfer>? progress)
    {
        foreach (Transfer transfer in transfers) progress?.Report(new BlobTransfer(transfer.Blob, BlobTransferKind.Present));
    }

    // The config goes last, so that a list of what was done reads like the image.
    private static Transfer[] Plan(Image image)
    {
        ReadOnlyMemory<byte> config = image.ConfigBytes;
        return
        [
            .. image.Layers.Select(static layer => new Transfer(layer.Descriptor, layer.Source, layer.OpenAsync))
                .Append(new Transfer(image.ConfigDescriptor, null, _ => Task.FromResult<Stream>(new MemoryStream(config.ToArray(), writable: false))))
                .DistinctBy(static transfer => transfer.Blob.Digest),
        ];
    }

    private Task TransferAsync(Transfer[] transfers, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentTransfers, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(transfers, parallel, async (transfer, stop) =>
        {
            BlobTransferKind kind = await uploader.EnsureAsync(transfer.Blob, transfer.Source, transfer.Open, stop);
            progress?.Report(new BlobTransfer(transfer.Blob, kind));
        });
    }

    private sealed record Transfer(Descriptor Blob, ImageReference? Source, Func<CancellationToken, Task<Stream>> Open);
}

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
        Digest digest = image.Digest;
        // A manifest is put under every tag, which stores it under its digest too; only without tags is the digest all it has.
        string[] names = tags.Count == 0 ? [digest.ToString()] : [.. tags.Distinct(StringComparer.Ordinal)];
        var scope = new RegistryScope(repository, RegistryAccess.Push);
        var missing = new List<string>();
        foreach (string name in names)
        {
            if (await manifests.FindAsync(name, scope, cancellationToken) != digest) missing.Add(name);
        }

        Transfer[] transfers = Plan(image);
        if (missing.Count == names.Length) await TransferAsync(transfers, progress, cancellationToken);
        else foreach (Transfer transfer in transfers) progress?.Report(new BlobTransfer(transfer.Blob, BlobTransferKind.Present));

        foreach (string name in missing) await manifests.PutAsync(name, image, cancellationToken);
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

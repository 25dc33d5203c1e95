using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>A repository's blobs: whether one is there, and reading it (distribution specification, "Pulling blobs").</summary>
internal sealed class BlobEndpoint(RegistryConnection connection, ImageReference repository)
{
    private string Name => $"{repository.Registry}/{repository.Repository}";

    /// <summary>Whether a blob is there.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="access">What whoever asks does with the repository: a reader asks for no more than reading.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    public Task<bool> ExistsAsync(Descriptor blob, RegistryAccess access, CancellationToken cancellationToken) =>
        connection.Retry.RunAsync(attempt => ExistsOnceAsync(blob, access, attempt), cancellationToken);

    /// <summary>Whether a blob is there, as part of something that is tried again as a whole.</summary>
    public async Task<bool> ExistsOnceAsync(Descriptor blob, RegistryAccess access, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Head, blob, access, "look for");
        using HttpResponseMessage? response = await connection.LookOnceAsync(request, cancellationToken);
        return response?.StatusCode switch
        {
            // A blob of another length is not this one, whatever the registry calls it.
            HttpStatusCode.OK => response.Content.Headers.ContentLength is null or 0 || response.Content.Headers.ContentLength == blob.Size,
            null or HttpStatusCode.NotFound => false,
            // An address of a storage that is signed for reading refuses to be looked at. To send the blob does no harm; to believe in it
            // could.
            _ when !connection.IsOwn(response) => false,
            _ => throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken),
        };
    }

    /// <summary>Opens a blob; whoever reads it to the end has had its digest and size verified.</summary>
    public async Task<Stream> OpenAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Get, blob, RegistryAccess.Pull, "serve");
        HttpResponseMessage response = await connection.SendAsync(request, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound) throw OciErrors.ContentMissing(Name, $"the blob {blob.Digest}");
            if (response.StatusCode != HttpStatusCode.OK) throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken);
            if (response.Content.Headers.ContentLength is { } length && length != blob.Size)
                throw OciErrors.DigestMismatch(Name, $"the blob {blob.Digest}", $"{length} bytes for {blob.Size}");
            long done = 0;
            IProgress<BlobProgress>? progress = connection.Progress;
            Stream body = await RegistryAnswer.BodyAsync(response, cancellationToken, count => progress?.Report(new BlobProgress(blob, BlobDirection.Download, done += count)));
            return new VerifyingStream(body, blob, () => OciErrors.DigestMismatch(Name, $"the blob {blob.Digest}"), cause => OciErrors.Truncated(Name, $"the blob {blob.Digest}", cause));
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>Reads a small blob into memory, verified.</summary>
    /// <param name="blob">The blob; its size has been found acceptable.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public Task<byte[]> ReadAsync(Descriptor blob, CancellationToken cancellationToken) =>
        connection.Retry.RunAsync(
            async attempt =>
            {
                try
                {
                    using Stream stream = await OpenAsync(blob, attempt);
                    return await BoundedReader.ReadAsync(stream, blob.Size, () => OciErrors.DigestMismatch(Name, $"the blob {blob.Digest}"), attempt);
                }
                catch (OciException e) when (e.Code == OciErrors.TruncatedCode)
                {
                    throw new TransientException(e);
                }
            },
            cancellationToken);

    private RegistryRequest Request(HttpMethod method, Descriptor blob, RegistryAccess access, string verb) => new()
    {
        Method = method,
        Target = RegistryRequest.Path($"/v2/{repository.Repository}/blobs/{blob.Digest}"),
        Scope = new RegistryScope(repository, access),
        Action = $"{verb} the blob {blob.Digest} of {Name}",
    };
}

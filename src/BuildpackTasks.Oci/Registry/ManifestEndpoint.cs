using System.Net;
using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>A repository's manifests (distribution specification, "Pulling manifests", "Pushing Manifests").</summary>
internal sealed class ManifestEndpoint(RegistryConnection connection, ImageReference repository)
{
    private static readonly string[] Accepted = [MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest];

    /// <summary>The digest of what a tag or digest names, or null where it names nothing or the registry does not say.</summary>
    public async Task<Digest?> FindAsync(string selector, RegistryScope scope, CancellationToken cancellationToken) =>
        (await LookAsync(selector, scope, cancellationToken)).Digest;

    /// <summary>Looks what a tag or digest names.</summary>
    /// <returns>Whether the registry says so, and the digest; null where it names nothing.</returns>
    public async Task<(bool IsKnown, Digest? Digest)> LookAsync(string selector, RegistryScope scope, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Head, selector, scope, "look for");
        using HttpResponseMessage? response = await connection.LookAsync(request, cancellationToken);
        return response?.StatusCode switch
        {
            HttpStatusCode.OK => Digest.TryParse(RegistryAnswer.Header(response, "Docker-Content-Digest"), out Digest digest) ? (true, digest) : (false, null),
            null => (false, null),
            HttpStatusCode.NotFound => (true, null),
            _ => throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken),
        };
    }

    /// <summary>Reads what a tag or digest names, verified as far as its digest is known.</summary>
    /// <param name="selector">The tag or digest.</param>
    /// <param name="expected">What an index says of it, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes and what the registry says they are; null where there is nothing by that name.</returns>
    public async Task<(byte[] Bytes, string? MediaType)?> GetAsync(string selector, Descriptor? expected, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Get, selector, new RegistryScope(repository, RegistryAccess.Pull), "serve");
        (byte[] Bytes, string? MediaType)? served = await connection.Retry.RunAsync<(byte[], string?)?>(
            async attempt =>
            {
                using HttpResponseMessage response = await connection.SendOnceAsync(request, attempt);
                if (response.StatusCode == HttpStatusCode.NotFound)
                {
                    return (await RegistryAnswer.ErrorAsync(response, attempt)).IsRegistry ? null : throw OciErrors.NotARegistry(connection.Host, "it answers 404 without saying why");
                }
                if (response.StatusCode != HttpStatusCode.OK) throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, attempt);
                byte[] bytes = await ReadAsync(response, selector, attempt);
                Verify(bytes, response, selector, expected);
                return (bytes, response.Content.Headers.ContentType?.MediaType);
            },
            cancellationToken);
        connection.Sightings.Note(repository.Repository, selector, served is { } manifest ? Digest.Of(manifest.Bytes) : null);
        return served;
    }

    /// <summary>Stores a manifest or an index under a tag or its digest.</summary>
    /// <exception cref="OciException">BPT1130: the repository lacks a blob that it names.</exception>
    public async Task PutAsync(string selector, Descriptor descriptor, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Put, selector, new RegistryScope(repository, RegistryAccess.Push), "store") with
        {
            Body = () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(descriptor.MediaType) } },
        };
        connection.Sightings.Forget(repository.Repository, selector);
        if (await StoreAsync(request, selector, descriptor, cancellationToken) is null) return;
        // What was changed on its way is there under the tag now: it is replaced before anybody uses it.
        if (await StoreAsync(request, selector, descriptor, cancellationToken) is { } got)
            throw OciErrors.DigestMismatch(request.Scope.Name, $"the manifest that it stored as '{selector}'", got);
    }

    // Gives the digest of what was stored where it is another one.
    private async Task<string?> StoreAsync(RegistryRequest request, string selector, Descriptor descriptor, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted)
            return RegistryAnswer.Header(response, "Docker-Content-Digest") is { } got && got != descriptor.Digest.ToString() ? got : null;
        (bool isRegistry, string? code, string? detail) = await RegistryAnswer.ErrorAsync(response, cancellationToken);
        if (code is "MANIFEST_BLOB_UNKNOWN" or "BLOB_UNKNOWN") throw OciErrors.BlobsMissing(request.Scope.Name, selector, detail);
        if (!IsImmutable(response.StatusCode, code, detail)) throw RegistryAnswer.Unexpected(response, connection.Host, request.Action, isRegistry, detail);
        // The image that the tag has can be this one: stored by a request whose answer was lost.
        return await FindAsync(selector, request.Scope, cancellationToken) == descriptor.Digest ? null : throw OciErrors.TagImmutable(request.Scope.Name, selector, detail);
    }

    // No specification has a word for it: Amazon's registry says TAG_INVALID with 400, Harbor 412, others 409, and all say why.
    private static bool IsImmutable(HttpStatusCode status, string? code, string? detail) =>
        status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed
        && (code == "TAG_INVALID" || detail?.Contains("immutable", StringComparison.OrdinalIgnoreCase) == true);

    private RegistryRequest Request(HttpMethod method, string selector, RegistryScope scope, string verb) => new()
    {
        Method = method,
        Target = RegistryRequest.Path($"/v2/{repository.Repository}/manifests/{selector}"),
        Scope = scope,
        Accept = method == HttpMethod.Put ? [] : Accepted,
        Action = $"{verb} the manifest '{selector}' of {scope.Name}",
    };

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, string selector, CancellationToken cancellationToken)
    {
        string what = $"the manifest '{selector}'";
        string name = $"{repository.Registry}/{repository.Repository}";
        try
        {
            using Stream body = await RegistryAnswer.BodyAsync(response, cancellationToken);
            return await BoundedReader.ReadAsync(body, ManifestReader.MaxManifestLength, () => OciErrors.TooLarge(name, what, ManifestReader.MaxManifestLength), cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransientException(OciErrors.Truncated(name, what, e));
        }
    }

    private void Verify(byte[] bytes, HttpResponseMessage response, string selector, Descriptor? expected)
    {
        string name = $"{repository.Registry}/{repository.Repository}";
        string what = $"the manifest '{selector}'";
        if (expected is not null && bytes.Length != expected.Size) throw OciErrors.DigestMismatch(name, what, $"{bytes.Length} bytes for {expected.Size}");
        // What was asked for by digest is that digest, whatever the registry says; a tag has only the registry's word.
        Digest? digest = expected?.Digest
            ?? (Digest.TryParse(selector, out Digest asked) ? asked
            : Digest.TryParse(RegistryAnswer.Header(response, "Docker-Content-Digest"), out Digest told) ? told
            : null);
        if (digest is { } known && !known.IsOf(bytes)) throw OciErrors.DigestMismatch(name, what);
    }
}

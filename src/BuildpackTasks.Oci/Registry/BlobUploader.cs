using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>
/// Brings blobs into a repository with as few requests as can be (distribution specification, "Pushing blobs"): what another
/// repository of the registry has is mounted, what is there is left, the rest is sent in one piece.
/// </summary>
internal sealed class BlobUploader(RegistryConnection connection, ImageReference repository)
{
    // How long what must not be left half-done may go on after a cancellation.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly BlobEndpoint blobs = new(connection, repository);

    private string Name => $"{repository.Registry}/{repository.Repository}";

    private RegistryScope Scope => new(repository, RegistryAccess.Push);

    /// <summary>Sees to it that a blob is in the repository.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="source">A repository that has it, or null.</param>
    /// <param name="isNew">Whether nobody can have sent it before: then it is not looked for.</param>
    /// <param name="open">Opens its bytes, once for every attempt.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<BlobTransferKind> EnsureAsync(Descriptor blob, ImageReference? source, bool isNew, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        Uri? session = null;
        if (source is not null && IsMountable(source))
        {
            // A mount of what is there already succeeds too, so nobody has to look first.
            (bool mounted, session) = await ToItsEndAsync(attempt => MountAsync(blob, source, attempt), cancellationToken);
            if (mounted) return BlobTransferKind.Mounted;
        }
        if (!isNew && await IsPresentAsync(blob, session, cancellationToken)) return BlobTransferKind.Present;
        await connection.Retry.RunAsync(
            async attempt =>
            {
                Uri location = session ?? await ToItsEndAsync(StartAsync, attempt);
                session = null;
                await SendAsync(location, blob, open, attempt);
                return true;
            },
            cancellationToken);
        return BlobTransferKind.Sent;
    }

    /// <summary>Starts an upload and gives it up again: nothing of it stays, and who may not write is told so.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken) =>
        await AbandonAsync(await connection.Retry.RunAsync(attempt => ToItsEndAsync(StartAsync, attempt), cancellationToken));

    private bool IsMountable(ImageReference source) =>
        string.Equals(source.Registry, repository.Registry, StringComparison.OrdinalIgnoreCase) && source.Repository != repository.Repository;

    // The session of a refused mount is given up where it turns out that nothing needs to be sent.
    private async Task<bool> IsPresentAsync(Descriptor blob, Uri? session, CancellationToken cancellationToken)
    {
        bool needed = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            needed = !await blobs.ExistsAsync(blob, cancellationToken);
            return !needed;
        }
        finally
        {
            if (!needed && session is not null) await AbandonAsync(session);
        }
    }

    // A request that starts an upload is not broken off: the registry would keep a session that nobody knows of.
    private static async Task<T> ToItsEndAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => patience.CancelAfter(Grace));
        return await start(patience.Token);
    }

    // "Mounting a blob from another repository": 201 is done, 202 is an upload session instead.
    private async Task<(bool Mounted, Uri? Session)> MountAsync(Descriptor blob, ImageReference source, CancellationToken cancellationToken)
    {
        RegistryRequest request = Post($"?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(source.Repository)}", $"mount the blob {blob.Digest} in {Name}") with
        {
            Scope = new RegistryScope(repository, RegistryAccess.Push, source),
        };
        try
        {
            using HttpResponseMessage response = await connection.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.Created => (true, null),
                HttpStatusCode.Accepted => (false, Location(response)),
                _ => (false, null),
            };
        }
        catch (OciException e) when (e.Code is "BPT1106" or "BPT1107" or "BPT1117")
        {
            // Not to be allowed to read the source is no reason not to push: the bytes are sent instead.
            return (false, null);
        }
    }

    private async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        RegistryRequest request = Post("", $"take a blob for {Name}");
        using HttpResponseMessage response = await connection.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted) return Location(response);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            (bool isRegistry, _, string? detail) = await RegistryAnswer.ErrorAsync(response, cancellationToken);
            throw isRegistry ? OciErrors.RepositoryUnknown(Name, detail) : OciErrors.NotARegistry(connection.Host, $"it answers 404 when asked to {request.Action}");
        }
        throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken);
    }

    private async Task SendAsync(Uri location, Descriptor blob, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        BlobContent? content = null;
        var request = new RegistryRequest
        {
            Method = HttpMethod.Put,
            Target = WithDigest(location, blob.Digest),
            Scope = Scope,
            Body = () => content = new BlobContent(open, blob.Size),
            Action = $"take the blob {blob.Digest} for {Name}",
        };
        bool done = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            using HttpResponseMessage response = await connection.SendOnceAsync(request, cancellationToken);
            if (response.StatusCode is HttpStatusCode.Created or HttpStatusCode.NoContent)
            {
                if (RegistryAnswer.Header(response, "Docker-Content-Digest") is { } got && got != blob.Digest.ToString())
                    throw OciErrors.DigestMismatch(Name, $"the blob {blob.Digest} that it stored", got);
                done = true;
                return;
            }
            OciException error = await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken);
            // A session can get lost (BLOB_UPLOAD_UNKNOWN): a new one is no worse than the first.
            throw response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable ? new TransientException(error) : error;
        }
        catch (Exception) when (content?.Failure is OciException source)
        {
            throw source.Code == OciErrors.TruncatedCode ? new TransientException(source) : source;
        }
        finally
        {
            if (!done) await AbandonAsync(location);
        }
    }

    // Best effort: a registry forgets sessions in time. Done on cancellation too, so not with the caller's token.
    private async Task AbandonAsync(Uri session)
    {
        var request = new RegistryRequest { Method = HttpMethod.Delete, Target = session, Scope = new RegistryScope(repository, RegistryAccess.GiveUp), Action = $"give up an upload to {Name}" };
        using var timeout = new CancellationTokenSource(Grace);
        try
        {
            (await connection.SendOnceAsync(request, timeout.Token)).Dispose();
        }
        catch (Exception e) when (e is OciException or TransientException or OperationCanceledException)
        {
            // What made the upload fail is what the user is told.
        }
    }

    private RegistryRequest Post(string query, string action) => new()
    {
        Method = HttpMethod.Post,
        Target = RegistryRequest.Path($"/v2/{repository.Repository}/blobs/uploads/{query}"),
        Scope = Scope,
        Body = static () => new ByteArrayContent([]),
        Action = action,
    };

    private Uri Location(HttpResponseMessage response) =>
        response.Headers.Location is { } location ? connection.Resolve(location)
        : throw OciErrors.NotARegistry(connection.Host, "it does not say where an upload goes");

    // The location can have a query of its own, which must be kept ("Pushing a blob monolithically").
    private static Uri WithDigest(Uri location, Digest digest) =>
        new($"{location.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped)}{(location.Query.Length > 1 ? "&" : location.Query.Length == 1 ? "" : "?")}digest={Uri.EscapeDataString(digest.ToString())}");
}

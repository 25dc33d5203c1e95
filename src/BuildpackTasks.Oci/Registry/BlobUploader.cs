using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>
/// Brings blobs into a repository with as few requests as can be (distribution specification, "Pushing blobs"): what another
/// repository of the registry has is mounted, what is there is left, the rest is sent.
/// </summary>
internal sealed class BlobUploader(RegistryConnection connection, ImageReference repository)
{
    // How long a request that starts an upload may go on after a cancellation.
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
        UploadSession? session = null;
        if (IsMountable(source))
        {
            // A mount of what is there already succeeds too, so nobody has to look first.
            (bool mounted, session) = await ToItsEndAsync(attempt => MountAsync(blob, source, attempt), cancellationToken);
            if (mounted) return BlobTransferKind.Mounted;
        }
        if (!isNew && await IsPresentAsync(blob, session, cancellationToken)) return BlobTransferKind.Present;
        using var bytes = new BlobBytes(open);
        await new BlobUpload(connection, blobs, attempt => ToItsEndAsync(StartAsync, attempt), blob, bytes).RunAsync(session, cancellationToken);
        return BlobTransferKind.Sent;
    }

    /// <summary>Starts an upload and gives it up again: nothing of it stays, and who may not write is told so.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        UploadSession session = await connection.Retry.RunAsync(attempt => ToItsEndAsync(StartAsync, attempt), cancellationToken);
        await session.AbandonAsync();
    }

    /// <summary>Whether a blob of another repository can be mounted: that is in the same registry.</summary>
    public bool IsMountable([NotNullWhen(true)] ImageReference? source) =>
        source is not null && string.Equals(source.Registry, repository.Registry, StringComparison.OrdinalIgnoreCase) && source.Repository != repository.Repository;

    // The session of a refused mount is given up where it turns out that nothing needs to be sent.
    private async Task<bool> IsPresentAsync(Descriptor blob, UploadSession? session, CancellationToken cancellationToken)
    {
        bool needed = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            needed = !await blobs.ExistsAsync(blob, RegistryAccess.Push, cancellationToken);
            return !needed;
        }
        finally
        {
            if (!needed && session is not null) await session.AbandonAsync();
        }
    }

    // The registry would keep a session that nobody knows of.
    private static Task<T> ToItsEndAsync<T>(Func<CancellationToken, Task<T>> start, CancellationToken cancellationToken) =>
        GraceTime.ToItsEndAsync(start, Grace, cancellationToken);

    // "Mounting a blob from another repository": 201 is done, 202 is an upload session instead.
    private async Task<(bool Mounted, UploadSession? Session)> MountAsync(Descriptor blob, ImageReference source, CancellationToken cancellationToken)
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
                HttpStatusCode.Accepted => (false, new UploadSession(connection, repository, response)),
                _ => (false, null),
            };
        }
        catch (OciException e) when (e.Code is not ("BPT1104" or "BPT1115" or "BPT1116"))
        {
            // Not to be allowed to read the source, or a registry that stumbles over mounts, is no reason not to push: the bytes are
            // sent instead. What has to do with trust is.
            return (false, null);
        }
    }

    private async Task<UploadSession> StartAsync(CancellationToken cancellationToken)
    {
        RegistryRequest request = Post("", $"take a blob for {Name}");
        using HttpResponseMessage response = await connection.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Accepted) return new UploadSession(connection, repository, response);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            (bool isRegistry, _, string? detail) = await RegistryAnswer.ErrorAsync(response, cancellationToken);
            throw isRegistry ? OciErrors.RepositoryUnknown(Name, detail) : OciErrors.NotARegistry(connection.Host, $"it answers 404 when asked to {request.Action}");
        }
        throw await RegistryAnswer.UnexpectedAsync(response, connection.Host, request.Action, cancellationToken);
    }

    private RegistryRequest Post(string query, string action) => new()
    {
        Method = HttpMethod.Post,
        Target = RegistryRequest.Path($"/v2/{repository.Repository}/blobs/uploads/{query}"),
        Scope = Scope,
        Body = static () => new ByteArrayContent([]),
        Action = action,
    };
}

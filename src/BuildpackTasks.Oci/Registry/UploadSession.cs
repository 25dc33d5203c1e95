using System.Globalization;
using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>One upload session of a registry (distribution specification, "Pushing blobs"): the requests that it understands.</summary>
internal sealed class UploadSession
{
    // How long what must not be left half-done may go on after a cancellation.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly RegistryConnection connection;
    private readonly ImageReference repository;
    private Uri location;

    /// <param name="connection">The registry.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="response">The answer that opened the session.</param>
    /// <exception cref="OciException">BPT1105: it does not say where the session is.</exception>
    public UploadSession(RegistryConnection connection, ImageReference repository, HttpResponseMessage response)
    {
        this.connection = connection;
        this.repository = repository;
        location = response.Headers.Location is { } given ? connection.Resolve(given)
            : throw OciErrors.NotARegistry(connection.Host, "it does not say where an upload goes");
        MinChunk = long.TryParse(RegistryAnswer.Header(response, "OCI-Chunk-Min-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out long length) ? length : 0;
    }

    /// <summary>How long a chunk has to be at least, the last one excepted; 0 where the registry does not say.</summary>
    public long MinChunk { get; }

    private string Name => $"{repository.Registry}/{repository.Repository}";

    /// <summary>Sends a whole blob, or ends the session with the bytes that are there ("Pushing a blob monolithically").</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="bytes">Its bytes; null to send none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<UploadAnswer> PutAsync(Descriptor blob, BlobBytes? bytes, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Put, WithDigest(location, blob.Digest), $"take the blob {blob.Digest} for {Name}") with
        {
            Body = () => bytes is null ? new ByteArrayContent([]) : Content(blob, bytes, 0, blob.Size, isPart: false),
        };
        using HttpResponseMessage response = await SendAsync(request, bytes, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.NoContent)) return await RefusalAsync(response, request.Action, cancellationToken);
        if (RegistryAnswer.Header(response, "Docker-Content-Digest") is { } got && got != blob.Digest.ToString())
            throw OciErrors.DigestMismatch(Name, $"the blob {blob.Digest} that it stored", got);
        return new UploadAnswer(UploadOutcome.Taken);
    }

    /// <summary>Sends a part of a blob, which has to follow what the registry holds ("Pushing a blob in chunks").</summary>
    public async Task<UploadAnswer> PatchAsync(Descriptor blob, BlobBytes bytes, long offset, long count, CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Patch, location, $"take a part of the blob {blob.Digest} for {Name}") with
        {
            Body = () => Content(blob, bytes, offset, count, isPart: true),
        };
        using HttpResponseMessage response = await SendAsync(request, bytes, cancellationToken);
        // 202 by the specification; Amazon's registry says 201.
        if (response.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK))
            return await RefusalAsync(response, request.Action, cancellationToken);
        Follow(response);
        return new UploadAnswer(UploadOutcome.Taken, Kept: Kept(response));
    }

    /// <summary>Asks how many bytes the registry holds.</summary>
    /// <returns>How many, or null where it knows nothing of the session or does not say.</returns>
    public async Task<long?> AskAsync(CancellationToken cancellationToken)
    {
        RegistryRequest request = Request(HttpMethod.Get, location, $"tell how far an upload to {Name} is");
        using HttpResponseMessage response = await connection.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.Accepted) || Kept(response) is not { } kept) return null;
        Follow(response);
        return kept;
    }

    /// <summary>
    /// Gives the session up, as well as can be: a registry forgets sessions in time. Done after a cancellation too, so not with
    /// the caller's token.
    /// </summary>
    public async Task AbandonAsync()
    {
        RegistryRequest request = Request(HttpMethod.Delete, location, $"give up an upload to {Name}") with { Scope = new RegistryScope(repository, RegistryAccess.GiveUp) };
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

    private BlobContent Content(Descriptor blob, BlobBytes bytes, long offset, long count, bool isPart) => new(bytes, offset, count, isPart)
    {
        Reached = connection.Progress is { } progress ? done => progress.Report(new BlobProgress(blob, BlobDirection.Upload, done)) : null,
    };

    private RegistryRequest Request(HttpMethod method, Uri target, string action) =>
        new() { Method = method, Target = target, Scope = new RegistryScope(repository, RegistryAccess.Push), Action = action };

    private async Task<HttpResponseMessage> SendAsync(RegistryRequest request, BlobBytes? bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.SendOnceAsync(request, cancellationToken);
        }
        catch (Exception) when (bytes?.Failure is OciException source)
        {
            throw source.Code == OciErrors.TruncatedCode ? new TransientException(source) : source;
        }
    }

    private async Task<UploadAnswer> RefusalAsync(HttpResponseMessage response, string action, CancellationToken cancellationToken)
    {
        (bool isRegistry, string? code, string? detail) = await RegistryAnswer.ErrorAsync(response, cancellationToken);
        OciException error = RegistryAnswer.Unexpected(response, connection.Host, action, isRegistry, detail);
        return new UploadAnswer(
            response.StatusCode switch
            {
                HttpStatusCode.NotFound or HttpStatusCode.Gone => UploadOutcome.Lost,
                // The bytes were verified when they were read, so it is on their way that they changed.
                HttpStatusCode.BadRequest when code == "DIGEST_INVALID" => UploadOutcome.Lost,
                HttpStatusCode.RequestedRangeNotSatisfiable => UploadOutcome.WrongOffset,
                HttpStatusCode.RequestEntityTooLarge => UploadOutcome.TooLarge,
                _ => UploadOutcome.Refused,
            },
            error);
    }

    private void Follow(HttpResponseMessage response)
    {
        if (response.Headers.Location is { } given) location = connection.Resolve(given);
    }

    // "0-LAST"; some put a unit before it. A registry that holds nothing says 0-0, for there is no way to say it.
    private static long? Kept(HttpResponseMessage response)
    {
        string range = RegistryAnswer.Header(response, "Range") ?? "";
        if (range.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase)) range = range["bytes=".Length..];
        return range.StartsWith("0-", StringComparison.Ordinal) && long.TryParse(range.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long last) && last < long.MaxValue
            ? last == 0 ? 0 : last + 1
            : null;
    }

    // The location can have a query of its own, which must be kept ("Pushing a blob monolithically").
    private static Uri WithDigest(Uri location, Digest digest) =>
        new($"{location.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped)}{(location.Query.Length > 1 ? "&" : location.Query.Length == 1 ? "" : "?")}digest={Uri.EscapeDataString(digest.ToString())}");
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Fetches files of archives over HTTP: conditionally, of bounded length, and again where the network failed.</summary>
internal sealed class MirrorClient : IDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;

    public MirrorClient(Uri? proxy)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            MaxAutomaticRedirections = 5,
            MaxConnectionsPerServer = 6,
            UseCookies = false,
            Proxy = proxy is null ? DiscreetProxy.OfMachine : new DiscreetProxy(new WebProxy(proxy) { BypassProxyOnLocal = true, Credentials = CredentialsOf(proxy) }),
        };
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("BuildpackTasks", null));
    }

    /// <summary>Reads a small file, unless it is as it was.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="known">What the server said of the version that is there already, or null for none.</param>
    /// <param name="maxLength">How many bytes it may have at most.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The answer; without content where the file is as it was, and null where there is no such file.</returns>
    /// <exception cref="DebianException">BPT4011 or BPT4012: the mirror cannot be reached or refuses, or the file is too long or cut off.</exception>
    public Task<MirrorAnswer?> TryGetAsync(Uri uri, MirrorValidators? known, int maxLength, CancellationToken cancellationToken) =>
        SendAsync(uri, request =>
        {
            if (known?.ETag is { } etag) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
            if (known?.LastModified is { } lastModified) request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
            // A proxy between must ask too: a suite is only as new as the answer.
            request.Headers.CacheControl = new CacheControlHeaderValue { MaxAge = TimeSpan.Zero };
        },
        async (response, stall) =>
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null) return new MirrorAnswer(null, known);
            RequireSuccess(uri, response);
            var content = new MemoryStream();
            await CopyAsync(uri, response, content, maxLength, stall, cancellationToken);
            return new MirrorAnswer(content.ToArray(), new MirrorValidators(Header(response, "ETag"), Header(response, "Last-Modified")));
        }, cancellationToken);

    /// <summary>Adds a file that is known by its digest to a store, or tells that there is none.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="store">Where it is added.</param>
    /// <param name="digest">The digest that it must have.</param>
    /// <param name="size">The length that it must have, in bytes.</param>
    /// <param name="cancellationToken">Stops the request; nothing is added then.</param>
    /// <returns>Whether there is such a file.</returns>
    /// <exception cref="DebianException">BPT4011 or BPT4012: the mirror cannot be reached or refuses, or the file is another.</exception>
    public Task<bool> TryDownloadAsync(Uri uri, ContentStore store, Digest digest, long size, CancellationToken cancellationToken) =>
        SendAsync(uri, static _ => { }, async (response, stall) =>
        {
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return false;
            RequireSuccess(uri, response);
            try
            {
                await store.AddAsync(
                    async (stream, token) =>
                    {
                        long length = await CopyAsync(uri, response, stream, size, stall, token);
                        if (length != size) throw DebianErrors.WrongContent(Shown(uri), $"it has {length} bytes where {size} are expected");
                    },
                    digest,
                    cancellationToken);
                return true;
            }
            catch (OciException e) when (e.Code == "BPT1010")
            {
                throw DebianErrors.WrongContent(Shown(uri), "its SHA256 is not the one that the signed index has", e);
            }
        }, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>An address as messages show it: without what may be a secret.</summary>
    /// <param name="uri">The address.</param>
    public static string Shown(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.Unescaped);

    private async Task<T> SendAsync<T>(Uri uri, Action<HttpRequestMessage> prepare, Func<HttpResponseMessage, CancellationTokenSource, Task<T>> read, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stall.CancelAfter(StallTimeout);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, uri);
                if (uri.UserInfo.Length > 0)
                    request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))));
                prepare(request);
                using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token);
                if ((int)response.StatusCode < 500 || attempt == Attempts) return await read(response, stall);
            }
            catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (attempt == Attempts) throw DebianErrors.MirrorUnreachable(Shown(uri), e is OperationCanceledException ? "it did not answer in time" : e.GetBaseException().Message, e);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt * attempt), cancellationToken);
        }
    }

    private static void RequireSuccess(Uri uri, HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode) throw DebianErrors.MirrorUnreachable(Shown(uri), $"it answers {(int)response.StatusCode} ({response.StatusCode})", null);
    }

    private static async Task<long> CopyAsync(Uri uri, HttpResponseMessage response, Stream to, long maxLength, CancellationTokenSource stall, CancellationToken cancellationToken)
    {
        await using Stream from = await response.Content.ReadAsStreamAsync(stall.Token);
        byte[] buffer = new byte[64 * 1024];
        long length = 0;
        while (await from.ReadAsync(buffer, stall.Token) is > 0 and int read)
        {
            stall.CancelAfter(StallTimeout);
            length += read;
            if (length > maxLength) throw DebianErrors.WrongContent(Shown(uri), $"it has more than the {maxLength} bytes that are expected");
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        return length;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) || response.Content.Headers.TryGetValues(name, out values) ? values.First() : null;

    private static NetworkCredential? CredentialsOf(Uri proxy) =>
        proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest] ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(rest is [var password] ? password : "")) : null;
}

using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>The API of an engine's service (Docker Engine API; Podman's service speaks it too) over a Unix socket.</summary>
/// <param name="socket">The socket's path.</param>
internal sealed class EngineApi(string socket) : IEngineConnection
{
    private const int MaxAnswer = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The sockets where a service may listen, the ones that somebody has set first.</summary>
    public static IReadOnlyList<string> Sockets(IReadOnlyDictionary<string, string> environment)
    {
        const string Scheme = "unix://";
        var sockets = new List<string>();
        foreach (string variable in (string[])["DOCKER_HOST", "CONTAINER_HOST"])
        {
            if (environment.GetValueOrDefault(variable) is { Length: > 0 } host && host.StartsWith(Scheme, StringComparison.Ordinal)) sockets.Add(host[Scheme.Length..]);
        }
        // Who names another host than a socket does not mean the local default: their commands know how to get there.
        if (string.IsNullOrEmpty(environment.GetValueOrDefault("DOCKER_HOST"))) sockets.Add("/var/run/docker.sock");
        if (string.IsNullOrEmpty(environment.GetValueOrDefault("CONTAINER_HOST")))
        {
            if (environment.GetValueOrDefault("XDG_RUNTIME_DIR") is { Length: > 0 } runtime) sockets.Add(Path.Join(runtime, "podman", "podman.sock"));
            sockets.Add("/run/podman/podman.sock");
        }
        return [.. sockets.Where(File.Exists).Distinct()];
    }

    /// <summary>Asks which engine it is; null where nothing answers in time.</summary>
    public async Task<ContainerEngineKind?> TryIdentifyAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            using HttpClient client = CreateClient();
            using HttpResponseMessage response = await client.GetAsync("version", HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode) return null;
            using JsonDocument version = JsonDocument.Parse(await ReadAsync(response, limit.Token));
            bool podman = version.RootElement.TryGetProperty("Components", out JsonElement components)
                && components.EnumerateArray().Any(static component => component.TryGetProperty("Name", out JsonElement name) && name.GetString() == "Podman Engine");
            return podman ? ContainerEngineKind.Podman : ContainerEngineKind.Docker;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException or InvalidOperationException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    public async Task LoadAsync(IReadOnlyList<ArchiveEntry> archive, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using HttpClient client = CreateClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, "images/load?quiet=1") { Content = new ArchiveContent(archive, progress, cancellationToken) };
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            string answer = await ReadAsync(response, cancellationToken);
            if (ErrorIn(answer) is { } error) throw OciErrors.EngineRefused(socket, error);
            if (!response.IsSuccessStatusCode) throw OciErrors.EngineRefused(socket, $"HTTP status {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw OciErrors.EngineUnreachable(socket, (e.InnerException ?? e).Message, e);
        }
    }

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch
                {
                    connection.Dispose();
                    throw;
                }
            },
        };
        // Loading a large image takes as long as it takes; whoever waits can cancel.
        return new HttpClient(handler) { BaseAddress = new Uri("http://localhost/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var bytes = new byte[MaxAnswer];
        int count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    // The answer is one JSON object a line; a failure after the first byte of the answer is told in it, with status 200.
    private static string? ErrorIn(string answer)
    {
        foreach (string line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                foreach (string name in (string[])["error", "message"])
                {
                    if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out JsonElement error)
                        && error.ValueKind == JsonValueKind.String && error.GetString() is { Length: > 0 } text) return text;
                }
            }
            catch (JsonException)
            {
                // Not an object of its own: nothing that says an error.
            }
        }
        return null;
    }

    private sealed class ArchiveContent : HttpContent
    {
        private readonly IReadOnlyList<ArchiveEntry> archive;
        private readonly IProgress<BlobTransfer>? progress;
        private readonly CancellationToken stop;

        public ArchiveContent(IReadOnlyList<ArchiveEntry> archive, IProgress<BlobTransfer>? progress, CancellationToken stop)
        {
            (this.archive, this.progress, this.stop) = (archive, progress, stop);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            ArchiveWriter.WriteAsync(archive, stream, progress, stop);

        protected override bool TryComputeLength(out long length)
        {
            length = ArchiveWriter.Length(archive);
            return true;
        }
    }
}

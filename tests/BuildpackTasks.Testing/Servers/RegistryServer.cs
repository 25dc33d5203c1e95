using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Testing;

/// <summary>A real OCI registry (<c>docker-registry</c>, distribution 2.8) of a test's own on a loopback port.</summary>
public sealed partial class RegistryServer : IAsyncDisposable
{
    // Requests of the test itself, which the product's are not mixed up with.
    private const string OwnUserAgent = "test-harness";

    private readonly TemporaryDirectory directory;
    private readonly RegistryOptions options;
    private readonly TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly List<RegistryRequest> requests = [];
    private readonly Dictionary<string, TaskCompletionSource> markers = [];
    private ServerProcess? process;

    private RegistryServer(TemporaryDirectory directory, RegistryOptions options)
    {
        this.directory = directory;
        this.options = options;
        Root = options.Root ?? directory.CreateDirectory("storage");
        CertificateAuthorityFile = options.Tls ? directory.Combine("ca.pem") : null;
    }

    /// <summary>The registry's part of an image reference: <c>localhost:PORT</c>.</summary>
    public string Host => $"localhost:{Port}";

    /// <summary>The port that it listens on, on 127.0.0.1.</summary>
    public int Port { get; private set; }

    /// <summary>Its address, without a path.</summary>
    public Uri Url => new($"{(options.Tls ? "https" : "http")}://{Host}");

    /// <summary>The directory that holds its blobs and tags.</summary>
    public string Root { get; }

    /// <summary>The PEM file of the authority that signed its certificate, for <c>SSL_CERT_FILE</c>; null without TLS.</summary>
    public string? CertificateAuthorityFile { get; }

    /// <summary>What the server has logged.</summary>
    public string Log => process?.Log ?? "";

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime => process?.ProcessorTime ?? TimeSpan.Zero;

    /// <summary>Starts a registry and waits until it answers.</summary>
    public static async Task<RegistryServer> StartAsync(RegistryOptions? options = null, CancellationToken cancellationToken = default)
    {
        var server = new RegistryServer(new TemporaryDirectory(), options ?? new RegistryOptions());
        try
        {
            await server.RunAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client that trusts the server's certificate and sends its user's credentials; its requests are in no list.</summary>
    public HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler();
        if (CertificateAuthorityFile is { } authority)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authority));
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        var client = new HttpClient(handler) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(30) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(OwnUserAgent);
        if (options.User is not null)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.User}:{options.Password}"));
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        return client;
    }

    /// <summary>Every request answered so far, in order, without the test's own (<see cref="CreateClient"/>).</summary>
    public async Task<IReadOnlyList<RegistryRequest>> GetRequestsAsync(CancellationToken cancellationToken = default)
    {
        // The log is written behind the answers: a request of our own that has come through it says that all before it have.
        var marker = Guid.NewGuid().ToString("N");
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            markers.Add(marker, seen);
        }

        using var client = CreateClient();
        using var response = await client.GetAsync(new Uri($"/v2/?{marker}", UriKind.Relative), cancellationToken);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        lock (gate)
        {
            return [.. requests];
        }
    }

    /// <summary>Forgets the requests so far.</summary>
    public async Task ClearRequestsAsync(CancellationToken cancellationToken = default)
    {
        await GetRequestsAsync(cancellationToken);
        lock (gate)
        {
            requests.Clear();
        }
    }

    /// <summary>Has the registry lose a blob or manifest, in all repositories, as a careless collection of garbage does.</summary>
    /// <param name="hex">The digest's hexadecimal digits.</param>
    public void Lose(string hex)
    {
        var lost = Directory.GetDirectories(Root, hex, SearchOption.AllDirectories);
        if (lost.Length == 0)
        {
            throw new ArgumentException($"The registry has nothing with the digest {hex}.", nameof(hex));
        }

        foreach (var directory in lost)
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        directory.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var configuration = directory.Write("config.yml", await ConfigurationAsync(cancellationToken));
        process = ServerProcess.Start("docker-registry", ["serve", configuration], directory.Path, ReadAccessLog, ReadLog);
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (!port.Task.IsCompleted)
        {
            if (process.HasExited || DateTime.UtcNow > limit)
            {
                throw new InvalidOperationException($"docker-registry did not start:\n{Log}");
            }

            await Task.Delay(20, cancellationToken);
        }

        Port = await port.Task;
        using var client = CreateClient();
        using var response = await client.GetAsync(new Uri("/v2/", UriKind.Relative), cancellationToken);
        if (options.TokenRealm is null)
        {
            response.EnsureSuccessStatusCode();
        }
    }

    private async Task<string> ConfigurationAsync(CancellationToken cancellationToken)
    {
        // Port 0: the log says which one it got, so that no other process can take it in between.
        var configuration = new StringBuilder($"""
            version: 0.1
            log:
              level: info
              formatter: json
            storage:
              filesystem:
                rootdirectory: {Root}
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:{options.Port ?? 0}

            """);
        if (options.Tls)
        {
            TestCertificates.Write(directory.Path);
            configuration.Append($"""
                  tls:
                    certificate: {directory.Combine("server.pem")}
                    key: {directory.Combine("server.key")}

                """);
        }

        if (options.User is { } user)
        {
            var line = await Command.RunAsync("htpasswd", ["-Bbn", user, options.Password ?? ""], cancellationToken: cancellationToken);
            var file = directory.Write("htpasswd", line.EnsureSuccess().Output.Trim() + "\n");
            configuration.Append($"""
                auth:
                  htpasswd:
                    realm: test
                    path: {file}

                """);
        }

        if (options.TokenRealm is { } realm)
        {
            configuration.Append($"""
                auth:
                  token:
                    realm: {realm}
                    service: test-registry
                    issuer: test-issuer
                    rootcertbundle: {options.TokenCertificateFile}

                """);
        }

        return configuration.ToString();
    }

    private void ReadLog(string line)
    {
        if (Listening().Match(line) is { Success: true } match)
        {
            port.TrySetResult(int.Parse(match.Groups[1].ValueSpan));
        }
    }

    private void ReadAccessLog(string line)
    {
        if (AccessLogLine().Match(line) is not { Success: true } match)
        {
            return;
        }

        var request = new RegistryRequest(
            match.Groups["method"].Value,
            match.Groups["path"].Value,
            int.Parse(match.Groups["status"].ValueSpan),
            long.Parse(match.Groups["bytes"].ValueSpan));
        lock (gate)
        {
            if (match.Groups["agent"].Value != OwnUserAgent)
            {
                requests.Add(request);
            }
            else if (request.Path.IndexOf('?', StringComparison.Ordinal) is var query and >= 0
                && markers.Remove(request.Path[(query + 1)..], out var seen))
            {
                seen.SetResult();
            }
        }
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();

    // Apache's combined format: HOST - USER [TIME] "METHOD PATH VERSION" STATUS BYTES "REFERER" "AGENT"
    [GeneratedRegex("""^\S+ \S+ \S+ \[[^\]]*\] "(?<method>\S+) (?<path>\S+) [^"]*" (?<status>\d+) (?<bytes>\d+) "[^"]*" "(?<agent>[^"]*)"$""")]
    private static partial Regex AccessLogLine();
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace BuildpackTasks.Oci;

/// <summary>
/// Pooled connections to one registry and to the hosts that it points to. Redirects, retries and credentials are not its
/// business.
/// </summary>
internal sealed class HttpTransport : IDisposable
{
    /// <summary>How long an answer may take to begin, and a body to go on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>How long a registry has to object to a body that is announced, before it is sent all the same.</summary>
    public static readonly TimeSpan Consideration = TimeSpan.FromSeconds(1);

    // How many bytes a second a registry has to store at least once it has all of a body.
    private const long SlowestStorage = 1 << 20;

    private readonly TimeSpan patience;
    private readonly TrafficCounter traffic;
    private readonly HttpClient registryHost;
    private readonly HttpClient otherHosts;
    private bool registryIsPrivate;

    public HttpTransport(RegistryOptions options, TrafficCounter traffic)
    {
        this.traffic = traffic;
        patience = options.Patience;
        registryHost = Create(options, ConnectToRegistryAsync);
        otherHosts = Create(options, ConnectToOtherAsync);
    }

    /// <summary>Sends one request and gives the answer as soon as its head is there.</summary>
    /// <param name="message">The request.</param>
    /// <param name="otherHost">Whether it goes to a host that the registry pointed to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OciException">BPT1101, BPT1104, BPT1105, BPT1115: there is no answer, and will not be.</exception>
    /// <exception cref="TransientException">There is no answer now.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, bool otherHost, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        TimeSpan wait = patience + TimeSpan.FromSeconds((message.Content?.Headers.ContentLength ?? 0) / SlowestStorage);
        timeout.CancelAfter(wait);
        // However long a body takes: what counts is that it goes on.
        var body = message.Content as BlobContent;
        if (body is not null)
        {
            body.Advanced = count =>
            {
                timeout.CancelAfter(wait);
                traffic.CountSent(count);
            };
        }
        traffic.CountRequest();
        message.Options.Set(Counter, traffic);
        message.Version = HttpVersion.Version20;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        message.Headers.UserAgent.ParseAdd("BuildpackTasks");
        try
        {
            HttpResponseMessage response = await (otherHost ? otherHosts : registryHost).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            if (body is null) traffic.CountSent(message.Content?.Headers.ContentLength ?? 0);
            return response;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException(OciErrors.TimedOut(message.RequestUri!.Authority, e));
        }
        catch (HttpRequestException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translated(e, message.RequestUri!.Authority);
        }
        finally
        {
            if (body is not null) body.Advanced = null;
        }
    }

    public void Dispose()
    {
        registryHost.Dispose();
        otherHosts.Dispose();
    }

    private static Exception Translated(HttpRequestException e, string host)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is OciException or TransientException) return cause;
            if (cause is System.Security.Authentication.AuthenticationException && cause.Message.Contains("remote certificate", StringComparison.Ordinal))
                return OciErrors.UntrustedCertificate(host, cause.Message, e);
        }
        return e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError when e.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain } => new TransientException(OciErrors.HostNotFound(host, e)),
            HttpRequestError.NameResolutionError => OciErrors.HostNotFound(host, e),
            HttpRequestError.InvalidResponse => OciErrors.NotARegistry(host, "what it sends is not HTTP"),
            _ => new TransientException(OciErrors.CannotConnect(host, (e.InnerException ?? e).Message, e)),
        };
    }

    private static HttpClient Create(RegistryOptions options, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect)
    {
        var handler = new SocketsHttpHandler
        {
            Proxy = DiscreetProxy.OfMachine,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxResponseHeadersLength = 64,
            Expect100ContinueTimeout = Consideration,
            ConnectCallback = connect,
        };
        if (options.TrustedRoots is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(options.TrustedRoots);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private async ValueTask<Stream> ConnectToRegistryAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket socket = NewSocket();
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            // A proxy in a private network says nothing about where the registry is.
            registryIsPrivate = !IsThroughProxy(context) && socket.RemoteEndPoint is IPEndPoint { Address: var address } && AddressRules.IsPrivate(address);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A name can be made to resolve to anything, so what counts is what is connected to. A registry inside a private network
    // may point to its neighbours there, never to this machine.
    private async ValueTask<Stream> ConnectToOtherAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Uri target = context.InitialRequestMessage.RequestUri!;
        bool anything = IsThroughProxy(context) || context.InitialRequestMessage.Options.TryGetValue(AnyAddress, out bool any) && any;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!anything && addresses.Any(address => AddressRules.IsForbidden(address, registryIsPrivate)))
            throw OciErrors.RefusedAddress("this name", target.Authority, "which is an address of this machine or its own network");
        Socket socket = NewSocket();
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsThroughProxy(SocketsHttpConnectionContext context) =>
        !string.Equals(context.InitialRequestMessage.RequestUri!.IdnHost.Trim('[', ']'), context.DnsEndPoint.Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private static Socket NewSocket() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Set on a request whose registry is on loopback: it may point to anything.</summary>
    public static readonly HttpRequestOptionsKey<bool> AnyAddress = new("BuildpackTasks.AnyAddress");

    /// <summary>Set on every request: what counts the bytes of its answer as they are read.</summary>
    public static readonly HttpRequestOptionsKey<TrafficCounter> Counter = new("BuildpackTasks.Counter");
}

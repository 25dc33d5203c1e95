using System.Net;
using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>Speaks to one registry: sends a request with what it needs to be allowed, and once more where it is worth it.</summary>
internal sealed class RegistryConnection : IDisposable
{
    // How many tokens a request may see run out before it gets through.
    private const int MaxRefusals = 16;

    private readonly RegistryEndpoint endpoint;
    private readonly HttpTransport transport;
    private readonly RedirectFollower redirects;
    private readonly RegistryAuthenticator authenticator;
    private readonly TimeProvider time;
    private volatile bool asksFirst = true;

    public RegistryConnection(string registry, RegistryOptions options, TrafficCounter traffic)
    {
        endpoint = new RegistryEndpoint(registry, options.InsecureRegistries);
        transport = new HttpTransport(options, traffic);
        redirects = new RedirectFollower(transport, endpoint, host => options.InsecureRegistries.Contains(host, StringComparer.OrdinalIgnoreCase));
        authenticator = new RegistryAuthenticator(endpoint, redirects, new CredentialFinder(options.Credentials, options.Warn), options.Time);
        time = options.Time;
        Sightings = new RegistrySightings(time);
        Progress = options.Progress;
        Retry = new RetryPolicy(options.Attempts, options.Time);
    }

    /// <summary>How failures that may pass are tried again.</summary>
    public RetryPolicy Retry { get; }

    /// <summary>Told how far blobs are on their way; null where nobody asks.</summary>
    public IProgress<BlobProgress>? Progress { get; }

    /// <summary>What the registry served so far.</summary>
    public RegistrySightings Sightings { get; }

    /// <summary>How large bodies it takes.</summary>
    public UploadLimits Limits { get; } = new();

    /// <summary>What messages call the registry's host.</summary>
    public string Host => endpoint.Root.Authority;

    /// <summary>Sends a request, again where it fails for a passing reason.</summary>
    public Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        Retry.RunAsync(attempt => SendOnceAsync(request, attempt), cancellationToken);

    /// <summary>Sends a request that is part of something that is tried again as a whole.</summary>
    /// <returns>Any answer but that the registry is busy or wants to know who asks.</returns>
    /// <exception cref="TransientException">It fails for a passing reason.</exception>
    public async Task<HttpResponseMessage> SendOnceAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        for (int refusals = 0; ;)
        {
            AuthenticationHeaderValue? authorization = await authenticator.HeaderAsync(request.Scope, cancellationToken);
            HttpResponseMessage response = await SendByEitherSchemeAsync(request, authorization, cancellationToken);
            bool keep = false;
            try
            {
                if (response.StatusCode == HttpStatusCode.Unauthorized)
                {
                    // A host that the registry pointed to has no say in whom credentials are shown to.
                    if (IsOwn(response) && refusals < MaxRefusals && await authenticator.AnswerAsync(response, request.Scope, authorization, refusals++ > 0, cancellationToken)) continue;
                    throw OciErrors.Unauthorized(request.Scope.Name, authenticator.Describe(request.Scope), await RegistryAnswer.DetailAsync(response, cancellationToken));
                }
                authenticator.Accept(request.Scope, authorization);
                if (response.StatusCode == HttpStatusCode.ExpectationFailed && asksFirst)
                {
                    asksFirst = false;
                    continue;
                }
                if (response.StatusCode == HttpStatusCode.Forbidden && IsOwn(response))
                {
                    string action = request.Scope.Access is RegistryAccess.Pull or RegistryAccess.List ? "read" : "write";
                    throw OciErrors.Forbidden(request.Scope.Name, action, authenticator.Describe(request.Scope), await RegistryAnswer.DetailAsync(response, cancellationToken));
                }
                await RegistryAnswer.ThrowIfTransientAsync(response, Host, request.Action, time, cancellationToken);
                Retry.IsProven = true;
                keep = true;
                return response;
            }
            finally
            {
                if (!keep) response.Dispose();
            }
        }
    }

    /// <summary>Sends a request that only looks whether something is there, again where it fails for a passing reason.</summary>
    /// <returns>The answer; null where the registry does not let anybody look.</returns>
    public Task<HttpResponseMessage?> LookAsync(RegistryRequest request, CancellationToken cancellationToken) =>
        Retry.RunAsync(attempt => LookOnceAsync(request, attempt), cancellationToken);

    /// <summary>Sends a request that only looks whether something is there.</summary>
    /// <returns>The answer; null where the registry does not let anybody look.</returns>
    public async Task<HttpResponseMessage?> LookOnceAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await SendOnceAsync(request, cancellationToken);
        }
        catch (OciException e) when (e.Code == OciErrors.ForbiddenCode)
        {
            // Artifactory and GitHub forbid to look for what is not there; who may not write either is told so by what comes next.
            return null;
        }
        if (response.StatusCode != HttpStatusCode.MethodNotAllowed) return response;
        response.Dispose();
        return null;
    }

    /// <summary>Whether it is the registry itself that answered, not a host that it pointed to.</summary>
    public bool IsOwn(HttpResponseMessage response) => AddressRules.SameAuthority(response.RequestMessage!.RequestUri!, endpoint.Root);

    /// <summary>An address that an answer gave, such as an upload's, in absolute form.</summary>
    public Uri Resolve(Uri location) => location.IsAbsoluteUri ? location : new Uri(endpoint.Root, location);

    public void Dispose()
    {
        authenticator.Dispose();
        transport.Dispose();
    }

    private async Task<HttpResponseMessage> SendByEitherSchemeAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        bool settled = endpoint.Settled;
        Uri root = endpoint.Root;
        HttpResponseMessage? response = null;
        Exception? failure = null;
        try
        {
            response = await SendAsync(request, authorization, cancellationToken);
            // What servers with TLS say to plain HTTP is 400; what others say to TLS is nothing that makes sense.
            if (settled || root.Scheme == "https" || response.StatusCode != HttpStatusCode.BadRequest)
            {
                endpoint.Settle(root);
                return response;
            }
        }
        catch (Exception e) when (!settled && e is OciException { Code: not ("BPT1101" or "BPT1104" or "BPT1115") } or TransientException)
        {
            failure = e;
        }

        if (await AnswersAsync(endpoint.Other, request.Scope, cancellationToken))
        {
            response?.Dispose();
            endpoint.Settle(endpoint.Other);
            return await SendAsync(request, authorization, cancellationToken);
        }
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        return response!;
    }

    private Task<HttpResponseMessage> SendAsync(RegistryRequest request, AuthenticationHeaderValue? authorization, CancellationToken cancellationToken)
    {
        Uri root = endpoint.Root;
        Uri target = request.Target.IsAbsoluteUri ? request.Target : new Uri(root, request.Target);
        return redirects.SendAsync(target, to => Message(request, to), authorization, root, cancellationToken);
    }

    private HttpRequestMessage Message(RegistryRequest request, Uri target)
    {
        var message = new HttpRequestMessage(request.Method, target) { Content = request.Body?.Invoke() };
        if (asksFirst && message.Content is BlobContent body && body.Headers.ContentLength > UploadLimits.Small) Announce(message, body);
        foreach (string mediaType in request.Accept) message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        return message;
    }

    // A registry that will not take a large body (an expired token, a limit, too many requests) says so before it is sent (RFC 9110,
    // section 10.1.1). One that says nothing at all, as many do over HTTP/2, is waited for once.
    private void Announce(HttpRequestMessage message, BlobContent body)
    {
        message.Headers.ExpectContinue = true;
        long announced = time.GetTimestamp();
        body.Begun = () =>
        {
            // Timers are not exact.
            if (time.GetElapsedTime(announced) > HttpTransport.Consideration * 0.9) asksFirst = false;
        };
    }

    // Distribution specification, "Determining Support": every registry answers here, be it with 401.
    private async Task<bool> AnswersAsync(Uri root, RegistryScope scope, CancellationToken cancellationToken)
    {
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(root, "/v2/"));
            using HttpResponseMessage response = await transport.SendAsync(message, otherHost: false, cancellationToken);
            return root.Scheme == "https" || response.StatusCode != HttpStatusCode.BadRequest;
        }
        catch (Exception e) when (e is TransientException or OciException { Code: not "BPT1104" })
        {
            return false;
        }
    }
}

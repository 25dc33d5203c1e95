using System.Net;
using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>
/// Follows redirects by our rules: never to an address that <see cref="AddressRules"/> refuses, and never with credentials
/// to anybody but whom they are for.
/// </summary>
internal sealed class RedirectFollower(HttpTransport transport, RegistryEndpoint endpoint, Func<string, bool> mayBePlain)
{
    private const int MaxRedirects = 10;

    /// <summary>Sends a request to where it leads in the end.</summary>
    /// <param name="target">Where it starts.</param>
    /// <param name="create">Makes the request, anew for every hop.</param>
    /// <param name="authorization">Credentials for <paramref name="authority"/>, or null.</param>
    /// <param name="authority">Whom the credentials are for.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<HttpResponseMessage> SendAsync(
        Uri target, Func<Uri, HttpRequestMessage> create, AuthenticationHeaderValue? authorization, Uri authority, CancellationToken cancellationToken)
    {
        Uri registry = endpoint.Root;
        for (int hops = 0; ; hops++)
        {
            AddressRules.Check(registry, target, mayBePlain);
            using HttpRequestMessage message = create(target);
            if (AddressRules.SameAuthority(target, authority)) message.Headers.Authorization = authorization;
            message.Options.Set(HttpTransport.AnyAddress, AddressRules.IsLoopback(registry));
            HttpResponseMessage response = await transport.SendAsync(message, otherHost: !AddressRules.SameHost(registry, target), cancellationToken);
            if (!IsRedirect(response.StatusCode, message.Method) || response.Headers.Location is not { } location) return response;
            response.Dispose();
            if (hops == MaxRedirects) throw OciErrors.NotARegistry(registry.Authority, $"it redirects more than {MaxRedirects} times");
            target = location.IsAbsoluteUri ? location : new Uri(target, location);
        }
    }

    // A 301, 302 or 303 to a request that changes something would turn it into a GET (RFC 9110, section 15.4).
    private static bool IsRedirect(HttpStatusCode status, HttpMethod method) => status switch
    {
        HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => true,
        HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther => method == HttpMethod.Get || method == HttpMethod.Head,
        _ => false,
    };
}

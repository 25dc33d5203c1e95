using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>
/// A proxy whose address is without its user and password, which the runtime's messages show. It is asked for credentials as
/// before.
/// </summary>
/// <param name="proxy">The proxy.</param>
public sealed class DiscreetProxy(IWebProxy proxy) : IWebProxy
{
    /// <summary>The machine's proxy: what the environment says (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>…) or the system is set to.</summary>
    public static DiscreetProxy OfMachine => new(HttpClient.DefaultProxy);

    /// <inheritdoc/>
    public ICredentials? Credentials { get => proxy.Credentials; set => proxy.Credentials = value; }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => proxy.GetProxy(destination) is { } address ? WithoutUser(address) : null;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => proxy.IsBypassed(host);

    private static Uri WithoutUser(Uri address) =>
        address.UserInfo.Length == 0 ? address : new UriBuilder(address) { UserName = "", Password = "" }.Uri;
}

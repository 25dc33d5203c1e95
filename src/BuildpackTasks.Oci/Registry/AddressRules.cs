using System.Net;
using System.Net.Sockets;

namespace BuildpackTasks.Oci;

/// <summary>
/// Which addresses a registry may send us to. A hostile one could otherwise make the build machine talk to services that only
/// it can reach (a cloud's metadata, something on loopback), or read along.
/// </summary>
internal static class AddressRules
{
    /// <summary>Whether the address names this machine itself, so that nothing leaves it.</summary>
    public static bool IsLoopback(Uri address) =>
        HostOf(address) is { } host && (host == "localhost" || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(Unmapped(ip))));

    /// <summary>Whether both have scheme, host and port in common.</summary>
    public static bool SameAuthority(Uri one, Uri other) =>
        one.Scheme == other.Scheme && HostOf(one) == HostOf(other) && one.Port == other.Port;

    /// <summary>Whether both have the host in common.</summary>
    public static bool SameHost(Uri one, Uri other) => HostOf(one) == HostOf(other);

    /// <summary>Refuses an address that a registry must not send us to; names are checked again when they are resolved.</summary>
    /// <param name="registry">The registry's own address.</param>
    /// <param name="target">Where it points to.</param>
    /// <param name="mayBePlain">Whether a host was listed for plain HTTP.</param>
    /// <exception cref="OciException">BPT1115: refused.</exception>
    public static void Check(Uri registry, Uri target, Func<string, bool> mayBePlain)
    {
        string? reason = Objection(registry, target, mayBePlain);
        if (reason is not null) throw OciErrors.RefusedAddress(registry.Authority, Shown(target), reason);
    }

    /// <summary>Whether a registry may not send us to this IP address of another host.</summary>
    /// <param name="address">The address.</param>
    /// <param name="privateAllowed">Whether addresses of private networks are fine: the registry is in one itself.</param>
    public static bool IsForbidden(IPAddress address, bool privateAllowed)
    {
        address = Unmapped(address);
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast || address.IsIPv6LinkLocal) return true;
        return IsPrivate(address) ? !privateAllowed : address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [0, ..] or [169, 254, ..] or [>= 224, ..];
    }

    /// <summary>Whether the address belongs to a private network (RFC 1918, RFC 4193, RFC 6598).</summary>
    public static bool IsPrivate(IPAddress address)
    {
        address = Unmapped(address);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? address.GetAddressBytes() is [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [100, >= 64 and <= 127, ..]
            : address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal;
    }

    private static string? Objection(Uri registry, Uri target, Func<string, bool> mayBePlain)
    {
        if (target.Scheme is not ("http" or "https")) return "which is neither HTTP nor HTTPS";
        if (target.UserInfo.Length > 0) return "which holds a user name";
        if (registry.Scheme == "https" && target.Scheme == "http") return "which leaves HTTPS for plain HTTP";
        if (target.Scheme == "http" && !IsLoopback(target) && !mayBePlain(target.Authority)) return "which is plain HTTP";
        if (SameHost(registry, target) || IsLoopback(registry)) return null;
        string? host = HostOf(target);
        if (host is null || host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal)) return "which is this machine";
        return IPAddress.TryParse(host, out IPAddress? ip) && IsForbidden(ip, privateAllowed: false) ? "which is an address of this machine or its own network" : null;
    }

    // What a message shows of an address: a query can hold a signature.
    private static string Shown(Uri target) => $"{target.Scheme}://{target.Host}{(target.IsDefaultPort ? "" : ":" + target.Port)}{target.AbsolutePath}";

    private static string? HostOf(Uri address) =>
        address.IdnHost.TrimEnd('.').Trim('[', ']').ToLowerInvariant() is { Length: > 0 } host ? host : null;

    // IPv4 in the clothes of IPv6: mapped (RFC 4291) and translated (RFC 6052).
    private static IPAddress Unmapped(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        byte[] bytes = address.GetAddressBytes();
        return bytes is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..] ? new IPAddress(bytes.AsSpan(12)) : address;
    }
}

using System.Net;
using System.Net.Sockets;

namespace BuildpackTasks.Testing;

/// <summary>Ports for servers that cannot choose one themselves.</summary>
public static class FreePort
{
    /// <summary>A loopback port that nothing listens on now. Prefer port 0 where a server says which port it got.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

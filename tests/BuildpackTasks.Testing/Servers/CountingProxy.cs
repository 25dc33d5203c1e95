using System.Net;
using System.Net.Sockets;

namespace BuildpackTasks.Testing;

/// <summary>Stands between a client and a loopback server, and counts what passes. It changes nothing.</summary>
/// <remarks>A registry behind it names the proxy in its redirects, since it takes its own name from the request.</remarks>
public sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int serverPort;
    private readonly Task accepting;
    private long sent;
    private long received;
    private int connections;

    /// <summary>Starts it in front of a port of this machine.</summary>
    public CountingProxy(int serverPort)
    {
        this.serverPort = serverPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where clients find it: <c>localhost:PORT</c>.</summary>
    public string Host => $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Bytes that clients sent to the server, HTTP headers included.</summary>
    public long BytesSent => Interlocked.Read(ref sent);

    /// <summary>Bytes that the server sent to clients, HTTP headers included.</summary>
    public long BytesReceived => Interlocked.Read(ref received);

    /// <summary>Connections that clients opened.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        listener.Dispose();
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                Interlocked.Increment(ref connections);
                relays.RemoveAll(relay => relay.IsCompleted);
                relays.Add(RelayAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, serverPort, end.Token);
                client.NoDelay = server.NoDelay = true;
                var up = CopyAsync(client, server, count => Interlocked.Add(ref sent, count));
                var down = CopyAsync(server, client, count => Interlocked.Add(ref received, count));
                await Task.WhenAll(up, down);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Either side may go away at any time; the other one sees its connection end.
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, end.Token)) > 0)
            {
                count(length);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), end.Token);
            }
        }
        finally
        {
            if (to.Connected)
            {
                to.Client.Shutdown(SocketShutdown.Send);
            }
        }
    }
}

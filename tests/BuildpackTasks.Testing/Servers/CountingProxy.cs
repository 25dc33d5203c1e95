using System.Net;
using System.Net.Sockets;

namespace BuildpackTasks.Testing;

/// <summary>Stands between a client and a loopback server, and counts what passes. It changes nothing.</summary>
/// <remarks>A registry behind it names the proxy in its redirects, since it takes its own name from the request.</remarks>
public sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private long _sent;
    private long _received;
    private int _connections;

    /// <summary>Starts it in front of a port of this machine.</summary>
    public CountingProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients find it: <c>localhost:PORT</c>.</summary>
    public string Host => $"localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Bytes that clients sent to the server, HTTP headers included.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>Bytes that the server sent to clients, HTTP headers included.</summary>
    public long BytesReceived => Interlocked.Read(ref _received);

    /// <summary>Connections that clients opened.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
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
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _end.Token);
                client.NoDelay = server.NoDelay = true;
                var up = CopyAsync(client, server, count => Interlocked.Add(ref _sent, count));
                var down = CopyAsync(server, client, count => Interlocked.Add(ref _received, count));
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
            while ((length = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
            {
                count(length);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _end.Token);
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

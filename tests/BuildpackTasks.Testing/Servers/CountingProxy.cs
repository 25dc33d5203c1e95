using System.Net;
using System.Net.Sockets;

namespace BuildpackTasks.Testing;

/// <summary>Stands between a client and a loopback server, and counts what passes. It changes nothing but the time it takes.</summary>
/// <remarks>A registry behind it names the proxy in its redirects, since it takes its own name from the request.</remarks>
public sealed class CountingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly int serverPort;
    private readonly TimeSpan delay;
    private readonly Task accepting;
    private long sent;
    private long received;
    private int connections;
    private int open;

    /// <summary>Starts it in front of a port of this machine.</summary>
    /// <param name="serverPort">The port.</param>
    /// <param name="delay">How long every 64 KiB (or less) from a client take, so that the network is as slow as real ones; none by default.</param>
    public CountingProxy(int serverPort, TimeSpan delay = default)
    {
        this.serverPort = serverPort;
        this.delay = delay;
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

    /// <summary>Waits until the server is done with everything that clients have sent, also with what those sent that are gone.</summary>
    public async Task IdleAsync(CancellationToken cancellationToken = default)
    {
        while (Volatile.Read(ref open) > 0) await Task.Delay(5, cancellationToken);
    }

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
                Interlocked.Increment(ref open);
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
                var up = CopyAsync(client, server, delay, toItsEnd: false, count => Interlocked.Add(ref sent, count));
                var down = CopyAsync(server, client, TimeSpan.Zero, toItsEnd: true, count => Interlocked.Add(ref received, count));
                await Task.WhenAll(up, down);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or IOException)
            {
                // Either side may go away at any time; the other one sees its connection end.
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, TimeSpan wait, bool toItsEnd, Action<int> count)
    {
        var buffer = new byte[64 * 1024];
        var (source, target) = (from.GetStream(), to.GetStream());
        try
        {
            int length;
            while ((length = await source.ReadAsync(buffer, end.Token)) > 0)
            {
                count(length);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, end.Token);
                try
                {
                    await target.WriteAsync(buffer.AsMemory(0, length), end.Token);
                }
                catch (IOException) when (toItsEnd)
                {
                    // Nobody hears the answer any more, but the server still has to finish.
                }
            }
        }
        finally
        {
            try
            {
                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // It is gone already.
            }
        }
    }
}

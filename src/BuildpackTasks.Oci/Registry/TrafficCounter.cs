namespace BuildpackTasks.Oci;

/// <summary>Counts what goes between one client and registries. Safe for concurrent use.</summary>
internal sealed class TrafficCounter
{
    private long requests;
    private long bytesSent;
    private long bytesReceived;

    public RegistryTraffic Snapshot => new(Interlocked.Read(ref requests), Interlocked.Read(ref bytesSent), Interlocked.Read(ref bytesReceived));

    public void CountRequest() => Interlocked.Increment(ref requests);

    public void CountSent(long bytes) => Interlocked.Add(ref bytesSent, bytes);

    public void CountReceived(long bytes) => Interlocked.Add(ref bytesReceived, bytes);
}

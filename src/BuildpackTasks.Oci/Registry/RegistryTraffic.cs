namespace BuildpackTasks.Oci;

/// <summary>What went between a client and registries.</summary>
/// <param name="Requests">Requests: to registries, token servers and hosts that registries point to; every attempt is one.</param>
/// <param name="BytesSent">Bytes of requests' bodies that went out, those of attempts that failed too.</param>
/// <param name="BytesReceived">Bytes of answers' bodies that were read.</param>
public sealed record RegistryTraffic(long Requests, long BytesSent, long BytesReceived)
{
    /// <summary>What went between two moments.</summary>
    /// <param name="before">The earlier one.</param>
    public RegistryTraffic Since(RegistryTraffic before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return new RegistryTraffic(Requests - before.Requests, BytesSent - before.BytesSent, BytesReceived - before.BytesReceived);
    }
}

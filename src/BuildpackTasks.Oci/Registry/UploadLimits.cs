namespace BuildpackTasks.Oci;

/// <summary>How large a body one registry takes, as far as it has said so.</summary>
internal sealed class UploadLimits
{
    /// <summary>Below this a body is not worth a question: it is sent again.</summary>
    public const long Small = 1 << 20;

    /// <summary>
    /// The chunks to try, largest first. S3, and so what stores there, takes no smaller one than 5 MiB but the last; 1 MiB is what
    /// nginx lets through where nobody has set anything.
    /// </summary>
    private static readonly long[] ChunkSizes = [16 << 20, 5 << 20, 1 << 20];

    private long largestBody = long.MaxValue;

    /// <summary>The chunks to send a blob in that is not too large for anybody; null for one that is not worth it.</summary>
    public static long? ChunkOf(long size) => size > ChunkSizes[0] ? ChunkSizes[0] : size > ChunkSizes[1] ? ChunkSizes[1] : null;

    /// <summary>The largest body that has not been refused.</summary>
    public long LargestBody => Interlocked.Read(ref largestBody);

    /// <summary>Takes in that a body was too large.</summary>
    /// <returns>Whether there is a smaller size to try.</returns>
    public bool Lower(long refused)
    {
        long next = ChunkSizes.FirstOrDefault(size => size < refused);
        if (next == 0) return false;
        for (long known = LargestBody; known > next; known = LargestBody) Interlocked.CompareExchange(ref largestBody, next, known);
        return true;
    }
}

namespace BuildpackTasks.Oci;

/// <summary>Reads small content into memory, never more than it may have.</summary>
internal static class BoundedReader
{
    /// <summary>Reads a stream to its end.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <param name="tooLong">The error where it has more.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<byte[]> ReadAsync(Stream source, long limit, Func<Exception> tooLong, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 << 10];
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            if (content.Length + count > limit) throw tooLong();
            content.Write(buffer, 0, count);
        }
        return content.ToArray();
    }
}

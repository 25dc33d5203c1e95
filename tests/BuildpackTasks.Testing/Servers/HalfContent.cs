using System.Net;

namespace BuildpackTasks.Testing;

/// <summary>A body of which half is sent before the connection breaks.</summary>
internal sealed class HalfContent(RequestBody body, long length) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        byte[] buffer = new byte[64 << 10];
        for (long left = length / 2; left > 0;)
        {
            int count = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
            if (count == 0) break;
            await stream.WriteAsync(buffer.AsMemory(0, count));
            left -= count;
        }
        await stream.FlushAsync();
        await Task.Delay(50); // What is on its way may arrive.
        throw new IOException("the connection breaks here");
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}

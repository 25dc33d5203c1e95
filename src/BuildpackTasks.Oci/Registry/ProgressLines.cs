using System.Globalization;

namespace BuildpackTasks.Oci;

/// <summary>
/// Makes lines of how far long transfers are, at intervals that a person can follow: the first after five seconds, then every five
/// and in the end every thirty. A transfer that is done before has none. Safe for transfers side by side; after it is disposed of,
/// it is silent.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="nameOf">What a blob is called.</param>
/// <param name="say">Is given the lines, one at a time.</param>
public sealed class ProgressLines(TimeProvider time, Func<Digest, string> nameOf, Action<string> say) : IProgress<BlobProgress>, IDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<(Digest, BlobDirection), Transfer> transfers = [];
    private bool isOver;

    /// <inheritdoc/>
    public void Report(BlobProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (gate)
        {
            if (isOver) return;
            (Digest, BlobDirection) key = (value.Blob.Digest, value.Direction);
            if (value.Done >= value.Blob.Size)
            {
                transfers.Remove(key);
                return;
            }
            long now = time.GetTimestamp();
            if (!transfers.TryGetValue(key, out Transfer? transfer)) transfers[key] = transfer = new Transfer(now, value.Done);
            transfer.MoveTo(value.Done);
            TimeSpan sinceLast = time.GetElapsedTime(transfer.LastLine, now);
            if (sinceLast < transfer.Interval) return;
            double rate = transfer.Moved / sinceLast.TotalSeconds;
            transfer.NoteLine(now, Clamp(time.GetElapsedTime(transfer.Begun, now) / 3));
            // What is streamed from one registry to another is one transfer.
            if (value.Direction == BlobDirection.Download && transfers.ContainsKey((value.Blob.Digest, BlobDirection.Upload))) return;
            say(Line(value, rate));
        }
    }

    /// <summary>Ends it: what is still under way says nothing any more.</summary>
    public void Dispose()
    {
        lock (gate) isOver = true;
    }

    private static TimeSpan Clamp(TimeSpan interval) => interval < Shortest ? Shortest : interval > Longest ? Longest : interval;

    private string Line(BlobProgress value, double rate)
    {
        (double unit, string unitName) = value.Blob.Size < 1_000_000 ? (1e3, "kB") : (1e6, "MB");
        (double rateUnit, string rateName) = rate < 1_000_000 ? (1e3, "kB") : (1e6, "MB");
        string name = nameOf(value.Blob.Digest);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(value.Direction == BlobDirection.Download ? "fetching " : "")}{name}: {value.Done / unit:0.0} of {value.Blob.Size / unit:0.0} {unitName} ({value.Done * 100 / value.Blob.Size}%), {rate / rateUnit:0.0} {rateName}/s");
    }

    private sealed class Transfer(long begun, long done)
    {
        private long done = done;

        public long Begun { get; } = begun;

        public long LastLine { get; private set; } = begun;

        public TimeSpan Interval { get; private set; } = Shortest;

        /// <summary>Bytes since the last line, those that an attempt lost included: they tell how fast the way is.</summary>
        public long Moved { get; private set; }

        public void MoveTo(long to)
        {
            Moved += Math.Max(0, to - done);
            done = to;
        }

        public void NoteLine(long now, TimeSpan interval) => (LastLine, Interval, Moved) = (now, interval, 0);
    }
}

using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Counts what was done with the blobs of an image.</summary>
internal sealed class TransferCount : IProgress<BlobTransfer>
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, BlobTransferKind> kinds = [];
    private int sent;
    private long sentBytes;
    private int mounted;
    private int present;

    /// <summary>What was done with each blob in the end.</summary>
    public IReadOnlyDictionary<Digest, BlobTransferKind> Kinds
    {
        get
        {
            lock (gate) return new Dictionary<Digest, BlobTransferKind>(kinds);
        }
    }

    /// <summary>How many were taken to be there and were not.</summary>
    public int Missed { get; private set; }

    public void Report(BlobTransfer value)
    {
        lock (gate)
        {
            if (kinds.TryGetValue(value.Blob.Digest, out BlobTransferKind before) && before == BlobTransferKind.Present && value.Kind != BlobTransferKind.Present)
            {
                present--;
                Missed++;
            }
            kinds[value.Blob.Digest] = value.Kind;
            switch (value.Kind)
            {
                case BlobTransferKind.Sent:
                    (sent, sentBytes) = (sent + 1, sentBytes + value.Blob.Size);
                    break;
                case BlobTransferKind.Mounted:
                    mounted++;
                    break;
                default:
                    present++;
                    break;
            }
        }
    }

    /// <summary>The counts in words.</summary>
    public override string ToString()
    {
        lock (gate) return $"{sent} blobs sent ({ByteSize.Format(sentBytes)}), {mounted} mounted, {present} there already";
    }
}

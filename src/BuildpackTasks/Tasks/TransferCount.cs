using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Counts what was done with the blobs of an image.</summary>
internal sealed class TransferCount : IProgress<BlobTransfer>
{
    private readonly Lock gate = new();
    private int sent;
    private long sentBytes;
    private int mounted;
    private int present;

    public void Report(BlobTransfer value)
    {
        lock (gate)
        {
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

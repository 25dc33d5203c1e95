using BuildpackTasks.Oci;

namespace BuildpackTasks.Publisher;

/// <summary>Says what becomes of each blob as soon as it is known.</summary>
internal sealed class Transfers : IProgress<BlobTransfer>
{
    public void Report(BlobTransfer value)
    {
        lock (this) Console.WriteLine($"{value.Kind} {value.Blob.Digest}");
    }
}

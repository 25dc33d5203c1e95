using System.Collections.Concurrent;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Computes once what becomes of an image that several tags of a repository name. The last few images are remembered.</summary>
/// <param name="rebase">Computes it.</param>
internal sealed class SharedRebases(Func<TaggedImage, string, CancellationToken, Task<RebaseResult>> rebase)
{
    private const int MaxRemembered = 32;

    private readonly ConcurrentDictionary<(string Store, Digest Image), Task<RebaseResult>> known = new();
    private readonly ConcurrentQueue<(string Store, Digest Image)> order = new();

    public async Task<RebaseResult> RebaseAsync(string store, TaggedImage image, string name, CancellationToken cancellationToken)
    {
        (string, Digest) key = (store, image.Descriptor.Digest);
        if (known.TryGetValue(key, out Task<RebaseResult>? other))
        {
            try
            {
                return await other.WaitAsync(cancellationToken);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What it says is about the other tag; this one is told its own.
            }
            return await rebase(image, name, cancellationToken);
        }
        Task<RebaseResult> own = rebase(image, name, cancellationToken);
        if (known.TryAdd(key, own))
        {
            order.Enqueue(key);
            if (order.Count > MaxRemembered && order.TryDequeue(out (string, Digest) oldest)) known.TryRemove(oldest, out _);
        }
        return await own;
    }
}

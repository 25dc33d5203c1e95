using System.Collections.Concurrent;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Computes once what becomes of an image that several tags of a repository name. The last few images are remembered.</summary>
/// <param name="rebase">Computes it.</param>
internal sealed class SharedRebases(Func<TaggedImage, string, CancellationToken, Task<RebaseResult>> rebase)
{
    private const int MaxRemembered = 32;

    private readonly ConcurrentDictionary<(string Store, Digest Image), (string Name, Task<RebaseResult> Result)> known = new();
    private readonly ConcurrentQueue<(string Store, Digest Image)> order = new();

    public async Task<RebaseResult> RebaseAsync(string store, TaggedImage image, string name, CancellationToken cancellationToken)
    {
        (string, Digest) key = (store, image.Descriptor.Digest);
        if (known.TryGetValue(key, out (string Name, Task<RebaseResult> Result) other))
        {
            try
            {
                return Renamed(await other.Result.WaitAsync(cancellationToken), other.Name, name);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // What it says is about the other tag; this one is told its own.
            }
            return await rebase(image, name, cancellationToken);
        }
        Task<RebaseResult> own = rebase(image, name, cancellationToken);
        if (known.TryAdd(key, (name, own)))
        {
            order.Enqueue(key);
            if (order.Count > MaxRemembered && order.TryDequeue(out (string, Digest) oldest)) known.TryRemove(oldest, out _);
        }
        return await own;
    }

    // Sentences name the image that was computed, in quotes.
    private static RebaseResult Renamed(RebaseResult result, string from, string to)
    {
        string Of(string text) => text.Replace($"'{from}'", $"'{to}'", StringComparison.Ordinal);
        return from == to ? result : result with { Images = [.. result.Images.Select(image => image with { Overridden = [.. image.Overridden.Select(Of)], Notes = [.. image.Notes.Select(Of)] })] };
    }
}

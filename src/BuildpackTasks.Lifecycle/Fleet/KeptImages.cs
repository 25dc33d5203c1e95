using System.Collections.Concurrent;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Gives what is replaced the tag by which it stays reachable.</summary>
/// <param name="keepTag">The tag.</param>
internal sealed class KeptImages(KeepTag keepTag)
{
    // A tag that is the same for all images of a repository can keep one of them only; which, is settled before registries are asked.
    private readonly ConcurrentDictionary<UInt128, Digest> taken = new();

    /// <summary>Keeps an image.</summary>
    /// <returns>The tag that it has.</returns>
    /// <exception cref="CodedException">BPT2256, BPT2257: it cannot have the tag; or the place cannot be written.</exception>
    public async Task<string> KeepAsync(FleetItem item, ITaggedStore store, TaggedImage image, CancellationToken cancellationToken)
    {
        string tag = keepTag.For(item.Tag);
        Digest digest = image.Descriptor.Digest;
        if (tag == item.Tag) throw LifecycleErrors.BadKeepTag(keepTag.Template, $"which is the tag of '{item.Name}' itself");
        if (item.Location!.Reference is not null && !ImageReference.IsTag(tag)) throw LifecycleErrors.BadKeepTag(keepTag.Template, $"which gives '{tag}' for '{item.Name}' and is no tag then");
        if (!keepTag.IsPerTag && taken.GetOrAdd(NameHash.Of(store.Name), digest) is var first && first != digest) throw LifecycleErrors.KeepTagTaken(item.Name, tag, first);

        Digest? present = await store.FindTagAsync(tag, cancellationToken);
        if (present is { } other && other != digest) throw LifecycleErrors.KeepTagTaken(item.Name, tag, other);
        if (present is null) await store.TagAsync(image, tag, cancellationToken);
        return tag;
    }
}

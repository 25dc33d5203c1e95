using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a tag stands for, before and after a rebase. Nothing is written yet.</summary>
/// <param name="Before">What was read.</param>
/// <param name="Images">The images, in the order that they had.</param>
/// <param name="Index">The index of the images afterwards; null where there is one image only and no index, or nothing changes.</param>
public sealed record RebaseResult(TaggedImage Before, IReadOnlyList<RebasedImage> Images, ImageIndex? Index)
{
    /// <summary>Whether anything changes.</summary>
    public bool IsChanged => Images.Any(static image => image.Changes.Count > 0);

    /// <summary>The digest of the manifest or index afterwards.</summary>
    public Digest Digest => !IsChanged ? Before.Descriptor.Digest : Index?.Digest ?? Images[0].After.Digest;
}

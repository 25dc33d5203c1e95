using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

// Fleets of images: BPT2250 to BPT2279.
internal static partial class LifecycleErrors
{
    public static LifecycleException CannotReadList(string path, string reason, Exception? inner = null) =>
        new("BPT2250", $"The list of images '{Shown(path)}' cannot be read: {Shown(reason).TrimEnd('.')}. Set ImageList to a text file with one image a line.", inner);

    public static LifecycleException CannotReadList(string path, Exception inner) => CannotReadList(path, OneLine(inner), inner);

    public static LifecycleException BrokenLine(string path, long line, string reason, Exception? inner = null) =>
        new("BPT2251", $"{Shown(path)}({line}): {reason}", inner);

    public static LifecycleException NoTagToMove(string name) =>
        new("BPT2252", $"'{Shown(name)}' names no tag, and what is named by its digest alone cannot be replaced by another image. Add the tag that shall name the rebased image.");

    public static LifecycleException NotReplaceable(string name) =>
        new("BPT2253", $"'{Shown(name)}' cannot be rebased where it is. Name an image in a registry or in an OCI layout (oci:DIR:TAG).");

    public static LifecycleException NoSuchImage(string name) =>
        new("BPT2254", $"There is no image '{Shown(name)}'. Correct the name, or take it out of the list.");

    public static LifecycleException TagMoved(string name, Digest expected, Digest? actual) =>
        new("BPT2255", $"'{Shown(name)}' names {(actual is { } other ? other.ToString() : "nothing")} and no longer {expected}: somebody else moved the tag. Nothing was changed; run the rebase again.");

    public static LifecycleException NotPinnedImage(string name, Digest pinned, Digest actual) =>
        new("BPT2255", $"'{Shown(name)}' names {actual} and not {pinned}, as was asked. Nothing was changed; correct the digest or leave it out.");

    public static LifecycleException BadKeepTag(string value, string reason) =>
        new("BPT2256", $"KeepTag is '{Shown(value)}', {reason}. Set it to a tag with '{{tag}}' in it, such as '{{tag}}-before', where '{{tag}}' stands for the image's own.");

    public static LifecycleException KeepTagTaken(string name, string keepTag, Digest actual) =>
        new("BPT2257", $"'{Shown(name)}' cannot be kept as '{Shown(keepTag)}', which names {actual} already. Set KeepTag to another tag, with '{{tag}}' in it where a repository has several.");

    public static LifecycleException DirectoryBusy(string path) =>
        new("BPT2258", $"Another rebase or rollback is at work in '{path}'. Wait for it, or set RebaseDirectory to another directory.");

    public static LifecycleException CannotKeepState(string path, Exception inner) =>
        new("BPT2259", $"'{Shown(path)}' cannot be read or written: {Shown(OneLine(inner)).TrimEnd('.')}. Remove the cause, or set RebaseDirectory and RollbackFile to other places.", inner);

    public static LifecycleException BadGlob(string property, string value, string reason) =>
        new("BPT2260", $"{property} is '{Shown(value)}', {reason}. Set it to patterns separated by ';', in which '*' stands for any text and '?' for one character.");

    public static LifecycleException NotARepository(string value) =>
        new("BPT2261", $"ImageRepository is '{Shown(value)}', which has a tag or digest. Set it to the repository alone, and ImageTagPattern to the tags.");

    public static LifecycleException NotACatalog(string value) =>
        new("BPT2262", $"ImageCatalog is '{Shown(value)}', which is no registry's name. Set it to the host, with its port where it has one, such as registry.example.com.");

    public static LifecycleException BadListing(string place, string value) =>
        new("BPT2263", $"{Shown(place)} lists '{Shown(value)}', which can be the name of no image. Have the registry's storage checked; the other images are not affected.");

    public static LifecycleException NothingAsked() =>
        new("BPT2264", "No image is to be rebased: the list is empty, or the patterns match nothing. Check Image, ImageList, ImageRepository, ImageCatalog and the patterns.");

    public static LifecycleException InterruptedWrite(string name) =>
        new("BPT2265", $"The rebase was stopped while '{Shown(name)}' was written. The tag names either the old or the new image, both whole; run the rebase again to see which.");

    public static LifecycleException Unexpected(string name, Exception inner) =>
        new("BPT2266", $"'{Shown(name)}' met an error of this program, {inner.GetType().Name}: {Shown(OneLine(inner)).TrimEnd('.')}. Report it, with the image's manifest and config.", inner);

    public static LifecycleException BadRollbackFile(string path, string reason, Exception? inner = null) =>
        new("BPT2267", $"'{Shown(path)}' is not a rollback file: {Shown(reason).TrimEnd('.')}. Set RollbackFile to one that RebaseImage wrote, or, for a rebase, to a file that does not exist.", inner);

    public static LifecycleException MovedSince(string name, Digest? actual) =>
        new("BPT2268", $"'{Shown(name)}' names {(actual is { } other ? other.ToString() : "nothing")}, which the rebase did not write: the tag was moved since. It was left alone; set ForceRollback=true to roll it back nevertheless.");

    public static LifecycleException OldImageGone(string name, Digest old) =>
        new("BPT2269", $"'{Shown(name)}' cannot be rolled back: the registry does not have {old} any more. Restore it from a copy; with KeepTag, what a rebase replaces keeps a tag.");
}

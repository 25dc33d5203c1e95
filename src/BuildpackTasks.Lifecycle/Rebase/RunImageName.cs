using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Which run images an image may be put on without force (platform specification, "Rebase"): the one that it was built on and its
/// mirrors, in any version. A version is another tag or digest of a repository, another image of a layout or archive, and what a
/// suite's packages are today.
/// </summary>
internal static class RunImageName
{
    /// <summary>The name of no run image at all.</summary>
    public const string Scratch = "scratch";

    private const string AssembledScheme = "debian://";

    /// <summary>Whether a run image is a version of one that an image names.</summary>
    /// <param name="name">The run image.</param>
    /// <param name="allowed">The one that the image names, or a mirror of that.</param>
    public static bool IsSame(string name, string allowed)
    {
        if (name == allowed) return true;
        if (IsAssembled(name) || IsAssembled(allowed)) return false;
        if (Locate(name) is not { } one || Locate(allowed) is not { } other || one.Kind != other.Kind) return false;
        return one.Reference is null ? one.Path == other.Path : one.Reference.Registry == other.Reference!.Registry && one.Reference.Repository == other.Reference.Repository;
    }

    /// <summary>The name that an image keeps after it was put on a version of its run image.</summary>
    /// <param name="present">The name that it has.</param>
    /// <param name="asked">The name that a person gave; null where nobody did.</param>
    /// <returns>
    /// What was asked for, so that the next rebase follows the same tag; the name that it has where that means the same, is a mirror,
    /// or is pinned to a digest, which nothing could follow.
    /// </returns>
    public static string Kept(string present, string? asked) =>
        asked is null || asked == present || !IsSame(asked, present) || Locate(asked) is not { } location || Locate(present) is not { } old
            || location == old || location.Reference?.Digest is not null || Digest.TryParse(location.Selector, out _)
            ? present : asked;

    private static bool IsAssembled(string name) => name.StartsWith(AssembledScheme, StringComparison.OrdinalIgnoreCase);

    private static ImageLocation? Locate(string name)
    {
        try
        {
            // Relative paths are compared with relative paths; from where they start makes no difference.
            return ImageLocation.Parse(name, Path.GetPathRoot(Path.GetFullPath(Path.DirectorySeparatorChar.ToString()))!);
        }
        catch (Exception e) when (e is CodedException or ArgumentException or IOException or NotSupportedException)
        {
            return null;
        }
    }
}

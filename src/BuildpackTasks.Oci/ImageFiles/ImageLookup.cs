namespace BuildpackTasks.Oci;

/// <summary>What is known of a path of an image.</summary>
internal abstract record ImageLookup
{
    /// <summary>The image has nothing there.</summary>
    public static readonly ImageLookup Absent = new Nothing();

    private ImageLookup()
    {
    }

    /// <summary>A file.</summary>
    public sealed record File(ImageNode Node) : ImageLookup;

    /// <summary>A directory of which all entries are known.</summary>
    public sealed record Directory(string Path) : ImageLookup;

    /// <summary>Lower layers decide, by what they have at this path.</summary>
    public sealed record Unknown(string Path) : ImageLookup;

    private sealed record Nothing : ImageLookup;
}

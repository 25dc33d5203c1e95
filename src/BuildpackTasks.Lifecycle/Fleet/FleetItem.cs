using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>One image of a fleet, by the tag that is to be moved; or a name that cannot be one, with the reason.</summary>
public sealed record FleetItem
{
    private FleetItem(string name) => Name = name;

    /// <summary>What messages and summaries call it: the whole name with its tag, or what stands where a name should.</summary>
    public string Name { get; }

    /// <summary>Where it is; null where <see cref="Problem"/> says why it cannot be told.</summary>
    public ImageLocation? Location { get; private init; }

    /// <summary>The tag that is moved; empty where there is a problem.</summary>
    public string Tag { get; private init; } = "";

    /// <summary>What the tag must name; null for anything.</summary>
    public Digest? Pinned { get; private init; }

    /// <summary>Why nothing can be done about it; null where something can.</summary>
    public CodedException? Problem { get; private init; }

    /// <summary>Reads a name. A wrong one gives an item with a problem.</summary>
    /// <param name="text">An image reference or <c>oci:DIR:TAG</c>.</param>
    /// <param name="baseDirectory">The absolute path of the directory that relative paths start from.</param>
    public static FleetItem Parse(string text, string baseDirectory)
    {
        try
        {
            return Of(ImageLocation.Parse(text, baseDirectory));
        }
        catch (CodedException e)
        {
            return Broken(text, e);
        }
    }

    /// <summary>An image in a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">The tag.</param>
    public static FleetItem Of(ImageReference repository, string tag) => Of(ImageLocation.Parse(repository.WithTag(tag).ToString(), "/"));

    /// <summary>A name that nothing can be done about.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="problem">Why.</param>
    // What stands where a name should may be anything.
    public static FleetItem Broken(string name, CodedException problem) => new(ShownText.Line(name)) { Problem = problem };

    private static FleetItem Of(ImageLocation location)
    {
        if (location.Kind is not (ImageLocationKind.Registry or ImageLocationKind.OciLayout)) throw LifecycleErrors.NotReplaceable(location.ToString());
        if (location.Reference is { } reference)
        {
            if (reference is { Tag: null, Digest: not null }) throw LifecycleErrors.NoTagToMove(reference.ToString());
            string tag = reference.Tag ?? ImageReference.DefaultTag;
            ImageReference tagged = reference.WithTag(tag);
            // A host's name is the same in any case of its letters, a repository's and a tag's are not.
            string name = tagged.ToString();
            return new FleetItem(name[..reference.Registry.Length].ToLowerInvariant() + name[reference.Registry.Length..])
            {
                Location = ImageLocation.Parse(tagged.ToString(), "/"),
                Tag = tag,
                Pinned = reference.Digest,
            };
        }
        if (location.Selector is not { } selector || Digest.TryParse(selector, out _)) throw LifecycleErrors.NoTagToMove(location.ToString());
        return new FleetItem(location.ToString()) { Location = location, Tag = selector };
    }
}

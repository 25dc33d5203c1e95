using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The tag under which what a rebase replaces stays reachable. <c>{tag}</c> in it stands for the tag that is moved, so that the tags
/// of a repository do not collide.
/// </summary>
public sealed record KeepTag
{
    private const string Place = "{tag}";

    private KeepTag(string template) => Template = template;

    /// <summary>The tag as the user wrote it.</summary>
    public string Template { get; }

    /// <summary>Whether it is another one for each tag.</summary>
    public bool IsPerTag => Template.Contains(Place, StringComparison.Ordinal);

    /// <summary>Reads it.</summary>
    /// <param name="text">The tag.</param>
    /// <exception cref="LifecycleException">BPT2256: it cannot be a tag, or is the tag itself.</exception>
    public static KeepTag Parse(string text)
    {
        if (text == Place) throw LifecycleErrors.BadKeepTag(text, "which is the tag that is moved");
        if (!ImageReference.IsTag(text.Replace(Place, "t", StringComparison.Ordinal))) throw LifecycleErrors.BadKeepTag(text, "which is not a tag: a tag has up to 128 letters, digits, '_', '.' and '-' and begins with none of the last two");
        return new KeepTag(text);
    }

    /// <summary>The tag that keeps what a tag names.</summary>
    /// <param name="tag">The tag that is moved.</param>
    public string For(string tag) => Template.Replace(Place, tag, StringComparison.Ordinal);

    /// <summary>Whether a tag is one that this makes.</summary>
    /// <param name="tag">The tag.</param>
    public bool Makes(string tag)
    {
        int place = Template.IndexOf(Place, StringComparison.Ordinal);
        if (place < 0) return tag == Template;
        string before = Template[..place], after = Template[(place + Place.Length)..];
        int length = tag.Length - before.Length - after.Replace(Place, "", StringComparison.Ordinal).Length;
        int places = (Template.Length - Template.Replace(Place, "", StringComparison.Ordinal).Length) / Place.Length;
        return length >= places && length % places == 0 && For(tag.Substring(before.Length, length / places)) == tag;
    }
}

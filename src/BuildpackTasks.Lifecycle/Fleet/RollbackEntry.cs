using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A tag that a rebase moved, or was about to.</summary>
/// <param name="Image">The image's whole name with the tag.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Old">What it named before.</param>
/// <param name="New">What it names afterwards.</param>
internal sealed record RollbackEntry(string Image, string Tag, Digest Old, Digest New)
{
    public ReadOnlyMemory<byte> ToLine() => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("image", Image);
        json.WriteString("tag", Tag);
        json.WriteString("old", Old.ToString());
        json.WriteString("new", New.ToString());
        json.WriteEndObject();
    });

    public static RollbackEntry? TryRead(JsonElement json) =>
        json.Text("image") is { } image && json.Text("tag") is { } tag && Digest.TryParse(json.Text("old"), out Digest old) && Digest.TryParse(json.Text("new"), out Digest @new)
            ? new RollbackEntry(image, tag, old, @new)
            : null;
}

using System.Text.Json;

namespace BuildpackTasks.Testing;

/// <summary>One <c>@(PublishedImage)</c> item.</summary>
/// <param name="Identity">What the item is called.</param>
/// <param name="Metadata">Its metadata, by name.</param>
public sealed record PublishedImage(string Identity, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>A metadata value; empty when the item has none of that name, as in MSBuild.</summary>
    public string this[string name] => Metadata.GetValueOrDefault(name, "");

    /// <summary>Reads what <c>-getItem:PublishedImage</c> wrote.</summary>
    internal static IReadOnlyList<PublishedImage> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var items = document.RootElement.GetProperty("Items").GetProperty("PublishedImage");
        return [.. items.EnumerateArray().Select(Read)];
    }

    private static PublishedImage Read(JsonElement item)
    {
        var metadata = item.EnumerateObject().ToDictionary(
            property => property.Name, property => property.Value.GetString() ?? "", StringComparer.OrdinalIgnoreCase);
        return new PublishedImage(metadata["Identity"], metadata);
    }
}

using System.Text.Json;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Reads a JSON object of a label as far as it goes: what has another form than it should is noted once and taken for missing, so
/// that it does not hide the rest.
/// </summary>
/// <param name="element">The object.</param>
/// <param name="path">What notes call it, such as <c>io.buildpacks.build.metadata</c>, and the members on the way to it.</param>
/// <param name="notes">Is given a sentence for each member that is not what it should be.</param>
internal sealed class LabelReader(JsonElement element, string path, ICollection<string> notes)
{
    // More than any image has, and few enough to be listed.
    private const int MaxItems = 1000;

    /// <summary>Reads a label.</summary>
    /// <param name="labels">The image's labels.</param>
    /// <param name="name">The label's name.</param>
    /// <param name="notes">Is given what is wrong with it, a sentence each.</param>
    /// <returns>Its reader, or null where the image has no such label, or not a JSON object in it.</returns>
    public static LabelReader? Open(IReadOnlyDictionary<string, string> labels, string name, ICollection<string> notes)
    {
        if (!labels.TryGetValue(name, out string? text)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new LabelReader(document.RootElement.Clone(), name, notes);
            notes.Add($"The label {name} is not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            notes.Add($"The label {name} is not JSON.");
        }
        return null;
    }

    /// <summary>The object as it stands in the label.</summary>
    public string Json => element.GetRawText();

    /// <summary>A member's text; null where it is missing, empty or something else.</summary>
    public string? Text(string name)
    {
        if (Find(name) is not { } value) return null;
        if (AsText(value) is { } text) return text.Length == 0 ? null : text;
        Wrong(name, "text");
        return null;
    }

    /// <summary>Whether a member is there and true.</summary>
    public bool Flag(string name)
    {
        if (Find(name) is not { } value) return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) Wrong(name, "true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A member's texts; one text counts as a list of it, as old versions of the specification had it.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } value) return [];
        if (AsText(value) is { } only) return [only];
        string?[] texts = [.. Items(name, value).Select(AsText)];
        if (texts.Contains(null)) Wrong(name, "a list of texts");
        return [.. texts.OfType<string>()];
    }

    /// <summary>A member that is an object, or null.</summary>
    public LabelReader? Sub(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Object) return new LabelReader(value, $"{path}: {name}", notes);
        Wrong(name, "an object");
        return null;
    }

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<LabelReader> Subs(string name)
    {
        if (Find(name) is not { } value) return [];
        JsonElement[] items = Items(name, value);
        if (items.Any(static item => item.ValueKind != JsonValueKind.Object)) Wrong(name, "a list of objects");
        return [.. items.Where(static item => item.ValueKind == JsonValueKind.Object).Select(item => new LabelReader(item, $"{path}: {name}", notes))];
    }

    /// <summary>The members that are objects, with their names.</summary>
    public IReadOnlyList<KeyValuePair<string, LabelReader>> Members()
    {
        var members = new List<KeyValuePair<string, LabelReader>>();
        foreach (JsonProperty member in element.EnumerateObject().Take(MaxItems))
        {
            if (member.Value.ValueKind == JsonValueKind.Object && NameOf(member) is { } name) members.Add(new(name, new LabelReader(member.Value, $"{path}: {ShownText.Line(name, 100)}", notes)));
            else Note($"{path} has a member that is not an object.");
        }
        return members;
    }

    private JsonElement? Find(string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private JsonElement[] Items(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Wrong(name, "a list");
            return [];
        }
        if (value.GetArrayLength() > MaxItems) Note($"{path}: '{name}' has {value.GetArrayLength()} items, of which the first {MaxItems} are read.");
        return [.. value.EnumerateArray().Take(MaxItems)];
    }

    // Half of a surrogate pair is JSON, and no text.
    private static string? AsText(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private void Wrong(string name, string expected) => Note($"{path}: '{name}' is not {expected}.");

    private void Note(string note)
    {
        if (!notes.Contains(note)) notes.Add(note);
    }
}

using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Reads values out of properties and item metadata.</summary>
internal static class ItemValues
{
    /// <summary>The parts of a <c>;</c>-separated list, without empty ones, in order.</summary>
    /// <param name="list">The list, or null.</param>
    public static IReadOnlyList<string> Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The metadata's value, or null where it is not set.</summary>
    /// <param name="item">The item.</param>
    /// <param name="name">The metadata's name.</param>
    public static string? Value(this ITaskItem item, string name) => item.GetMetadata(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether the metadata says true.</summary>
    /// <param name="item">The item.</param>
    /// <param name="name">The metadata's name.</param>
    public static bool IsTrue(this ITaskItem item, string name) => bool.TryParse(item.GetMetadata(name), out bool value) && value;

    /// <summary>What items with the metadata <c>Value</c> say, by their names in ordinal order; of equal names the last wins.</summary>
    /// <param name="items">The items.</param>
    /// <param name="defaults">What holds where no item says otherwise, or null.</param>
    public static IReadOnlyDictionary<string, string> ToValues(this IEnumerable<ITaskItem> items, IEnumerable<KeyValuePair<string, string>>? defaults = null)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in defaults ?? []) values[name] = value;
        foreach (ITaskItem item in items) values[item.ItemSpec] = item.GetMetadata("Value");
        return values;
    }

    /// <summary>The value, or null where the property is empty.</summary>
    /// <param name="property">A property's value.</param>
    public static string? OrNull(this string? property) => string.IsNullOrWhiteSpace(property) ? null : property.Trim();

    /// <summary>A list of files as absolute paths, still separated by semicolons; null where the property is empty.</summary>
    /// <param name="property">A property's value.</param>
    /// <param name="directory">What relative paths are relative to.</param>
    public static string? AbsolutePaths(this string? property, string directory) =>
        property.OrNull() is { } list ? string.Join(';', Split(list).Select(path => Path.GetFullPath(path, directory))) : null;
}

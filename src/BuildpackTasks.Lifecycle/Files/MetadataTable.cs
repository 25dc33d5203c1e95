using System.Collections;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>Turns what buildpacks note, in whatever dictionaries and lists they have, into a table with sorted keys.</summary>
internal static class MetadataTable
{
    public static TomlTable From(IReadOnlyDictionary<string, object> metadata)
    {
        var table = new TomlTable();
        foreach ((string key, object value) in metadata.OrderBy(static entry => entry.Key, StringComparer.Ordinal)) table.Add(key, Value(key, value));
        return table;
    }

    private static object Value(string key, object value) => value switch
    {
        string or bool or long or int or double or DateTimeOffset or DateTime or DateOnly or TimeOnly => value,
        IReadOnlyDictionary<string, object> table => From(table),
        IEnumerable list and not IDictionary => new TomlArray(list.Cast<object>().Select(item => Value(key, item))),
        _ => throw LifecycleErrors.BadMetadata(key, value.GetType()),
    };
}

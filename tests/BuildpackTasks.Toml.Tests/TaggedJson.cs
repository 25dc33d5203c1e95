using System.Globalization;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Toml.Tests;

/// <summary>Values as JSON that keeps their types, in the form that the TOML project's own test suite uses.</summary>
internal static class TaggedJson
{
    public static JsonNode Of(object value) => value switch
    {
        TomlTable table => new JsonObject(table.Select(static entry => KeyValuePair.Create(entry.Key, (JsonNode?)Of(entry.Value)))),
        TomlArray array => new JsonArray([.. array.Select(Of)]),
        string text => Tagged("string", text),
        long number => Tagged("integer", number.ToString(CultureInfo.InvariantCulture)),
        double number => Tagged("float", double.IsNaN(number) ? "nan" : double.IsInfinity(number) ? (number > 0 ? "inf" : "-inf") : number.ToString("R", CultureInfo.InvariantCulture)),
        bool flag => Tagged("bool", flag ? "true" : "false"),
        DateTimeOffset time => Tagged("datetime", time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture).Replace("+00:00", "Z")),
        DateTime time => Tagged("datetime-local", time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
        DateOnly date => Tagged("date-local", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        TimeOnly time => Tagged("time-local", time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"{value.GetType()} is not a value of TOML.", nameof(value)),
    };

    private static JsonObject Tagged(string type, string value) => new() { ["type"] = type, ["value"] = value };
}

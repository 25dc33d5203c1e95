using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Tables as the JSON of an image's labels. A whole number stays one and a float stays one in both directions: who reads back
/// <c>3.0</c> for <c>3</c> sees a layer that changed.
/// </summary>
internal static class LabelJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes compact JSON, members in the table's order.</summary>
    public static string Write(TomlTable table)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, table);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes compact JSON, members in the object's order.</summary>
    public static string Write(JsonObject label)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            label.WriteTo(writer);
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes JSON for people, members in the table's order, and a line feed at its end.</summary>
    public static async Task WriteIndentedAsync(TomlTable table, Stream stream, CancellationToken cancellationToken)
    {
        await using (var writer = new Utf8JsonWriter(stream, Options with { Indented = true, NewLine = "\n" }))
        {
            Write(writer, table);
        }
        await stream.WriteAsync("\n"u8.ToArray(), cancellationToken);
    }

    /// <summary>Reads a JSON object. Members that are null are left out: TOML has no such value.</summary>
    /// <exception cref="JsonException">The text is not a JSON object, or holds a number that is none here.</exception>
    public static TomlTable Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object ? Table(document.RootElement) : throw new JsonException("it is not an object");
    }

    private static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                string digits = number.ToString("R", CultureInfo.InvariantCulture);
                writer.WriteRawValue(digits.AsSpan().IndexOfAny(".E") < 0 ? digits + ".0" : digits);
                break;
            case TomlTable table:
                writer.WriteStartObject();
                foreach ((string key, object member) in table)
                {
                    writer.WritePropertyName(key);
                    Write(writer, member);
                }
                writer.WriteEndObject();
                break;
            case TomlArray array:
                writer.WriteStartArray();
                foreach (object item in array) Write(writer, item);
                writer.WriteEndArray();
                break;
            default:
                // JSON has no times and no infinity; both have one form as text.
                writer.WriteStringValue(TomlWriter.Write(new TomlTable { ["v"] = value })[4..^1]);
                break;
        }
    }

    private static TomlTable Table(JsonElement element)
    {
        var table = new TomlTable();
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (Value(member.Value) is { } value) table[member.Name] = value;
        }
        return table;
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Object => Table(element),
        JsonValueKind.Array => new TomlArray(element.EnumerateArray().Select(Value).OfType<object>()),
        _ => element.GetRawText().AsSpan().IndexOfAny(".eE") < 0 && element.TryGetInt64(out long number) ? number
            : element.TryGetDouble(out double real) ? (object)real
            : throw new JsonException("a number is out of range"),
    };
}

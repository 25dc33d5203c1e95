using System.Text.Json;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>Reads <c>runtimeconfig.json</c> (host documentation, "runtime-configuration-file").</summary>
internal static class RuntimeConfigReader
{
    // A config has a few lines; more than this is something else.
    private const int MaxLength = 1 << 20;

    // The host takes comments and trailing commas too.
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file.</summary>
    /// <exception cref="DotNetException">BPT3002: it is not a runtime config.</exception>
    public static RuntimeConfig Read(string path)
    {
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length > MaxLength) throw DotNetErrors.MalformedRuntimeConfig(path, "it is larger than 1 MiB");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DotNetErrors.MalformedRuntimeConfig(path, "it cannot be read", e);
        }
        return Parse(bytes, path);
    }

    /// <summary>Reads the text of a config.</summary>
    /// <param name="utf8">The text, with or without a byte order mark.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="DotNetException">BPT3002: it is not a runtime config.</exception>
    public static RuntimeConfig Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        try
        {
            if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
            using var document = JsonDocument.Parse(utf8, Options);
            JsonElement options = document.RootElement.GetProperty("runtimeOptions");
            RollForward rollForward = options.TryGetProperty("rollForward", out JsonElement value) ? ParseRollForward(value) : RollForward.Minor;
            List<FrameworkReference> frameworks = [.. References(options, "frameworks", rollForward)];
            if (options.TryGetProperty("framework", out JsonElement single)) frameworks.Insert(0, Reference(single, rollForward));
            List<FrameworkReference> included = [.. References(options, "includedFrameworks", rollForward)];
            if (frameworks.Count + included.Count == 0) throw new FormatException("It names no framework, neither needed nor included");
            return new RuntimeConfig
            {
                Frameworks = frameworks,
                IncludedFrameworks = included,
                Properties = options.TryGetProperty("configProperties", out JsonElement properties)
                    ? properties.EnumerateObject().GroupBy(static property => property.Name, StringComparer.Ordinal)
                        .ToDictionary(static same => same.Key, static same => Text(same.Last().Value), StringComparer.Ordinal)
                    : [],
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw DotNetErrors.MalformedRuntimeConfig(path, e is JsonException or FormatException ? e.Message.ReplaceLineEndings(" ").TrimEnd('.') : "it has no runtimeOptions of the form that the host reads", e);
        }
    }

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static IEnumerable<FrameworkReference> References(JsonElement options, string name, RollForward rollForward) =>
        options.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray().Select(framework => Reference(framework, rollForward)) : [];

    private static FrameworkReference Reference(JsonElement framework, RollForward rollForward)
    {
        string name = framework.GetProperty("name").GetString() is { Length: > 0 } text ? text : throw new FormatException("A framework has no name");
        string version = framework.GetProperty("version").GetString() ?? "";
        if (!NuGetVersion.TryParse(version, out NuGetVersion? parsed)) throw new FormatException($"'{version}' is not the version of a framework");
        return new FrameworkReference(name, parsed, framework.TryGetProperty("rollForward", out JsonElement own) ? ParseRollForward(own) : rollForward);
    }

    private static RollForward ParseRollForward(JsonElement value) =>
        value.GetString() is { } text && !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse(text, ignoreCase: true, out RollForward parsed) && Enum.IsDefined(parsed)
            ? parsed
            : throw new FormatException($"'{value}' is not a rollForward");
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// An image's config as an immutable value (OCI image specification, "Image Configuration"). What this type has no name for
/// (health check, shell, <c>os.features</c>, anything a later version adds) is carried over untouched.
/// </summary>
public sealed class ImageConfig
{
    // "Image Configuration": what says what an image runs on.
    private static readonly string[] PlatformMembers = ["architecture", "os", "os.version", "os.features", "variant"];

    private readonly JsonObject json;

    private ImageConfig(JsonObject json) => this.json = json;

    /// <summary>What the image runs on.</summary>
    public Platform Platform => new(
        Text(json, "os") ?? "", Text(json, "architecture") ?? "", Text(json, "variant"), Text(json, "os.version"));

    /// <summary>When the image says it was made, or null.</summary>
    public DateTimeOffset? Created =>
        DateTimeOffset.TryParse(Text(json, "created"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Who the process runs as (<c>user[:group]</c>), or null for root.</summary>
    public string? User => Text(Execution, "User") is { Length: > 0 } user ? user : null;

    /// <summary>Where the process starts, or null for the root directory.</summary>
    public string? WorkingDirectory => Text(Execution, "WorkingDir") is { Length: > 0 } directory ? directory : null;

    /// <summary>What is always executed; empty for nothing.</summary>
    public IReadOnlyList<string> Entrypoint => Texts(Execution?["Entrypoint"]);

    /// <summary>The arguments that whoever runs the image may replace; empty for none.</summary>
    public IReadOnlyList<string> Command => Texts(Execution?["Cmd"]);

    /// <summary>The environment, in the config's order; the last of equal names wins.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment =>
        [.. Texts(Execution?["Env"]).Select(static variable => variable.Split('=', 2) is [var name, var value] ? KeyValuePair.Create(name, value) : KeyValuePair.Create(variable, ""))];

    /// <summary>The labels, sorted by name.</summary>
    public IReadOnlyDictionary<string, string> Labels =>
        new SortedDictionary<string, string>(
            ((Execution?["Labels"] as JsonObject) ?? []).ToDictionary(static label => label.Key, static label => AsText(label.Value) ?? ""),
            StringComparer.Ordinal);

    /// <summary>The ports that the image says it listens on, such as <c>8080/tcp</c>, sorted.</summary>
    public IReadOnlyList<string> ExposedPorts =>
        [.. ((Execution?["ExposedPorts"] as JsonObject) ?? []).Select(static port => port.Key).Order(StringComparer.Ordinal)];

    /// <summary>The layers' diff IDs, the lowest first.</summary>
    public IReadOnlyList<Digest> DiffIds => [.. Texts(json["rootfs"]?["diff_ids"]).Select(Digest.Parse)];

    /// <summary>How many history entries the config has.</summary>
    public int HistoryCount => (json["history"] as JsonArray)?.Count ?? 0;

    private JsonObject? Execution => json["config"] as JsonObject;

    /// <summary>A config with a platform and nothing else.</summary>
    /// <param name="platform">What the image runs on.</param>
    public static ImageConfig Create(Platform platform)
    {
        var json = new JsonObject { ["architecture"] = platform.Architecture, ["os"] = platform.Os };
        if (platform.Variant is not null) json["variant"] = platform.Variant;
        if (platform.OsVersion is not null) json["os.version"] = platform.OsVersion;
        json["config"] = new JsonObject();
        json["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() };
        return new ImageConfig(json);
    }

    /// <summary>Reads a config.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="image">What messages call the image.</param>
    /// <exception cref="OciException">BPT1003: the bytes are not an image config, or parts that this type names have the wrong form.</exception>
    public static ImageConfig Parse(ReadOnlySpan<byte> bytes, string image)
    {
        JsonObject json;
        try
        {
            // A member that is there twice would be read differently by different readers.
            var options = new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false };
            json = JsonNode.Parse(bytes, documentOptions: options) as JsonObject ?? throw OciErrors.MalformedConfig(image, "it is not a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser's second kind of error is for names that are no text, such as half of a surrogate pair.
            throw OciErrors.MalformedConfig(image, "it is not JSON", e);
        }

        Require(image, json["config"] is null or JsonObject, "'config' is not an object");
        Require(image, json["rootfs"] is JsonObject, "it has no 'rootfs'");
        Require(image, json["history"] is null or JsonArray, "'history' is not a list");
        var config = new ImageConfig(json);
        Require(image, config.Execution?["Labels"] is null or JsonObject, "'Labels' is not an object");
        Require(image, config.Execution?["ExposedPorts"] is null or JsonObject, "'ExposedPorts' is not an object");

        // Whatever this type has a name for can be asked for afterwards without an error.
        Try(image, "'os', 'architecture', 'variant' or 'os.version'", () => config.Platform);
        Require(image, config.Platform is { Os.Length: > 0, Architecture.Length: > 0 }, "it does not say which os and architecture it is for");
        Try(image, "'created'", () => config.Created);
        Try(image, "'User'", () => config.User);
        Try(image, "'WorkingDir'", () => config.WorkingDirectory);
        Try(image, "'Entrypoint'", () => config.Entrypoint);
        Try(image, "'Cmd'", () => config.Command);
        Try(image, "'Env'", () => config.Environment);
        Try(image, "'Labels'", () => config.Labels);
        Try(image, "'ExposedPorts'", () => config.ExposedPorts);
        Try(image, "'diff_ids'", () => config.DiffIds);
        Try(image, "'history'", () => ConfigHistory.CountLayers(json));
        // Text that is half of a surrogate pair can be carried along but not written again.
        Try(image, "some text", config.ToBytes);
        return config;
    }

    /// <summary>The config as it is stored: UTF-8 JSON, the same bytes for the same value.</summary>
    public byte[] ToBytes() => CanonicalJson.Serialize(json);

    /// <summary>This config with another time of creation, or with none.</summary>
    /// <param name="created">The time, or null.</param>
    public ImageConfig WithCreated(DateTimeOffset? created) =>
        Changed(copy => Set(copy, "created", created is null ? null : Rfc3339(created.Value)));

    /// <summary>This config with another user.</summary>
    /// <param name="user">The user (<c>user[:group]</c>), or null for root.</param>
    public ImageConfig WithUser(string? user) => ChangedExecution(execution => Set(execution, "User", user));

    /// <summary>This config with another working directory.</summary>
    /// <param name="directory">An absolute path in the image, or null for the root directory.</param>
    public ImageConfig WithWorkingDirectory(string? directory) => ChangedExecution(execution => Set(execution, "WorkingDir", directory));

    /// <summary>This config with another entry point and command.</summary>
    /// <param name="entrypoint">What is always executed; empty for nothing.</param>
    /// <param name="command">The arguments that whoever runs the image may replace; empty for none.</param>
    public ImageConfig WithEntrypoint(IReadOnlyList<string> entrypoint, IReadOnlyList<string> command) => ChangedExecution(execution =>
    {
        Set(execution, "Entrypoint", List(entrypoint));
        Set(execution, "Cmd", List(command));
    });

    /// <summary>This config with a variable added, or changed in its place.</summary>
    /// <param name="name">The variable's name.</param>
    /// <param name="value">Its value.</param>
    public ImageConfig WithEnvironmentVariable(string name, string value) => ChangedExecution(execution =>
    {
        List<string> variables = [.. Texts(execution["Env"])];
        int index = variables.FindLastIndex(variable => variable.StartsWith(name + "=", StringComparison.Ordinal) || variable == name);
        if (index < 0) variables.Add($"{name}={value}");
        else variables[index] = $"{name}={value}";
        Set(execution, "Env", List(variables));
    });

    /// <summary>This config with another environment.</summary>
    /// <param name="variables">All of its variables, in the order that they shall have.</param>
    public ImageConfig WithEnvironment(IReadOnlyList<KeyValuePair<string, string>> variables) =>
        ChangedExecution(execution => Set(execution, "Env", List([.. variables.Select(static variable => $"{variable.Key}={variable.Value}")])));

    /// <summary>This config with labels added or changed.</summary>
    /// <param name="labels">The labels.</param>
    public ImageConfig WithLabels(IEnumerable<KeyValuePair<string, string>> labels) => ChangedExecution(execution =>
    {
        var all = new SortedDictionary<string, string>(new Dictionary<string, string>(Labels), StringComparer.Ordinal);
        foreach ((string name, string value) in labels) all[name] = value;
        Set(execution, "Labels", all.Count == 0 ? null : new JsonObject(all.Select(static label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))));
    });

    /// <summary>This config without some of its labels.</summary>
    /// <param name="names">The labels' names; those that it does not have are passed over.</param>
    public ImageConfig WithoutLabels(IEnumerable<string> names) => ChangedExecution(execution =>
    {
        if (execution["Labels"] is not JsonObject labels) return;
        foreach (string name in names) labels.Remove(name);
        if (labels.Count == 0) execution.Remove("Labels");
    });

    /// <summary>This config with ports added to those that it exposes.</summary>
    /// <param name="ports">The ports, such as <c>8080/tcp</c>.</param>
    public ImageConfig WithExposedPorts(IEnumerable<string> ports) => ChangedExecution(execution =>
    {
        string[] all = [.. ExposedPorts.Union(ports).Order(StringComparer.Ordinal)];
        Set(execution, "ExposedPorts", all.Length == 0 ? null : new JsonObject(all.Select(static port => KeyValuePair.Create(port, (JsonNode?)new JsonObject()))));
    });

    /// <summary>This config with one more layer on top, and its history.</summary>
    /// <param name="diffId">The layer's diff ID.</param>
    /// <param name="history">What made it, or null for no entry.</param>
    internal ImageConfig WithLayer(Digest diffId, HistoryEntry? history) => Changed(copy =>
    {
        var rootfs = (JsonObject)copy["rootfs"]!;
        rootfs["type"] ??= "layers";
        if (rootfs["diff_ids"] is not JsonArray diffIds) rootfs["diff_ids"] = diffIds = [];
        diffIds.Add(diffId.ToString());
        if (history is not null) ConfigHistory.Append(copy, diffIds.Count - 1, history);
    });

    /// <summary>This config with another layer in place of one that it has.</summary>
    /// <param name="index">Which.</param>
    /// <param name="diffId">The diff ID of the layer that comes.</param>
    /// <param name="createdBy">What made it, or null to keep what the history says.</param>
    internal ImageConfig WithLayer(int index, Digest diffId, string? createdBy) => Changed(copy =>
    {
        var diffIds = (JsonArray)copy["rootfs"]!["diff_ids"]!;
        diffIds[index] = diffId.ToString();
        if (createdBy is not null) ConfigHistory.Rename(copy, diffIds.Count, index, createdBy);
    });

    /// <summary>This config on the layers and the platform of another.</summary>
    /// <param name="count">How many of the lowest layers go.</param>
    /// <param name="onto">The config whose layers take their place.</param>
    internal ImageConfig Rebase(int count, ImageConfig onto) => Changed(copy =>
    {
        foreach (string member in PlatformMembers) Set(copy, member, onto.json[member]?.DeepClone());
        IReadOnlyList<Digest> lower = onto.DiffIds, present = DiffIds;
        copy["rootfs"]!["diff_ids"] = new JsonArray([.. lower.Concat(present.Skip(count)).Select(static diffId => (JsonNode?)diffId.ToString())]);
        Set(copy, "history", ConfigHistory.Rebased(json, present.Count, count, onto.json, lower.Count));
    });

    private ImageConfig Changed(Action<JsonObject> change)
    {
        var copy = (JsonObject)json.DeepClone();
        change(copy);
        return new ImageConfig(copy);
    }

    private ImageConfig ChangedExecution(Action<JsonObject> change) => Changed(copy =>
    {
        if (copy["config"] is not JsonObject execution) copy["config"] = execution = [];
        change(execution);
    });

    private static void Require(string image, bool condition, string otherwise)
    {
        if (!condition) throw OciErrors.MalformedConfig(image, otherwise);
    }

    private static void Try<T>(string image, string member, Func<T> read)
    {
        try
        {
            _ = read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or OciException)
        {
            throw OciErrors.MalformedConfig(image, $"{member} has another form than the specification says", e);
        }
    }

    private static void Set(JsonObject target, string name, JsonNode? value)
    {
        if (value is null) target.Remove(name);
        else target[name] = value;
    }

    private static JsonArray? List(IReadOnlyList<string> values) =>
        values.Count == 0 ? null : new JsonArray([.. values.Select(static value => (JsonNode?)value)]);

    internal static string Rfc3339(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? Text(JsonObject? from, string name) => AsText(from?[name]);

    private static string? AsText(JsonNode? node) => node?.GetValue<string>();

    private static string[] Texts(JsonNode? node) =>
        node is null ? [] : [.. node.AsArray().Select(static item => AsText(item) ?? throw new InvalidOperationException("a list of texts holds null"))];
}

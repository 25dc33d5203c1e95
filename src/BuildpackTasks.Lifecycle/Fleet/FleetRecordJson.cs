using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>An image's record as JSON: the same in summaries (docs/fleet.md) and in the journal.</summary>
internal static class FleetRecordJson
{
    private static readonly (FleetStatus Status, string Name)[] Statuses =
    [
        (FleetStatus.Rebased, "rebased"),
        (FleetStatus.UpToDate, "up-to-date"),
        (FleetStatus.WouldBeRebased, "would-be-rebased"),
        (FleetStatus.Restored, "restored"),
        (FleetStatus.Failed, "failed"),
        (FleetStatus.NotReached, "not-reached"),
    ];

    public static void Write(Utf8JsonWriter json, FleetRecord record)
    {
        json.WriteStartObject();
        json.WriteString("image", record.Name);
        json.WriteString("status", Statuses.First(status => status.Status == record.Status).Name);
        if (record.Before is { } before) json.WriteString("before", before.ToString());
        if (record.After is { } after) json.WriteString("after", after.ToString());
        if (record.KeptAs is { } keptAs) json.WriteString("keptAs", keptAs);
        if (record.IsEarlier) json.WriteBoolean("earlier", true);
        if (record.Changes.Count > 0)
        {
            json.WriteStartArray("changes");
            foreach (FleetChange change in record.Changes) Write(json, change);
            json.WriteEndArray();
        }
        Write(json, "overridden", record.Overridden);
        Write(json, "notes", record.Notes);
        if (record.ErrorCode is { } code)
        {
            json.WriteStartObject("error");
            json.WriteString("code", code);
            json.WriteString("message", record.Error);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write(Utf8JsonWriter, FleetRecord)"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static FleetRecord Read(JsonElement json)
    {
        try
        {
            string status = Text(json, "status") ?? "";
            return new FleetRecord(Text(json, "image") ?? throw new FormatException("an image has no name"), Statuses.First(known => known.Name == status).Status)
            {
                Before = DigestOf(json, "before"),
                After = DigestOf(json, "after"),
                KeptAs = Text(json, "keptAs"),
                Changes = [.. List(json, "changes").Select(ReadChange)],
                Overridden = [.. List(json, "overridden").Select(static text => text.GetString()!)],
                Notes = [.. List(json, "notes").Select(static text => text.GetString()!)],
                ErrorCode = json.TryGetProperty("error", out JsonElement error) ? Text(error, "code") : null,
                Error = error.ValueKind == JsonValueKind.Object ? Text(error, "message") : null,
                IsEarlier = json.TryGetProperty("earlier", out JsonElement earlier) && earlier.GetBoolean(),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or CodedException)
        {
            throw new FormatException("it is not an image's record", e);
        }
    }

    private static void Write(Utf8JsonWriter json, FleetChange change)
    {
        json.WriteStartObject();
        if (change.Platform is { } platform) json.WriteString("platform", platform);
        json.WriteString("part", change.Part);
        json.WriteString("before", change.Before);
        json.WriteString("after", change.After);
        json.WriteStartArray("layers");
        foreach (FleetLayer layer in change.Layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            Write(json, "before", layer.Before);
            Write(json, "after", layer.After);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (change.Packages.Count > 0)
        {
            json.WriteStartArray("packages");
            foreach (PackageChange package in change.Packages)
            {
                json.WriteStartObject();
                json.WriteString("name", package.Name);
                if (package.Before is { } before) json.WriteString("before", before);
                if (package.After is { } after) json.WriteString("after", after);
                if (package.IsOlder) json.WriteBoolean("older", true);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, FleetBlob? blob)
    {
        if (blob is null) return;
        json.WriteStartObject(name);
        json.WriteString("digest", blob.Digest.ToString());
        json.WriteNumber("size", blob.Size);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(name);
        foreach (string text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static FleetChange ReadChange(JsonElement json) => new(
        Text(json, "platform"),
        Text(json, "part") ?? "",
        Text(json, "before") ?? "",
        Text(json, "after") ?? "",
        [.. List(json, "layers").Select(static layer => new FleetLayer(Text(layer, "name") ?? "", Blob(layer, "before"), Blob(layer, "after")))],
        [.. List(json, "packages").Select(static package => new PackageChange(
            Text(package, "name") ?? "", Text(package, "before"), Text(package, "after"), package.TryGetProperty("older", out JsonElement older) && older.GetBoolean()))]);

    private static FleetBlob? Blob(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement blob) ? new FleetBlob(Digest.Parse(blob.GetProperty("digest").GetString()!), blob.GetProperty("size").GetInt64()) : null;

    private static JsonElement[] List(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static Digest? DigestOf(JsonElement json, string name) => Text(json, name) is { } text ? Digest.Parse(text) : null;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>&lt;layer&gt;.entries</c>: what a layer of a built-in buildpack holds, a JSON object a line, sorted by path. It stands in place
/// of the directory that a buildpack that is a program would have filled: nothing is copied, a file's bytes stay where they are.
/// Build writes it; export reads it, in another process or on another day. <c>app.entries</c> says the same of the app's files that
/// buildpacks changed.
/// </summary>
internal static class LayerEntriesFile
{
    // Larger contents that are in no file get a file of their own, so that a line stays one that can be read.
    private const int MaxInline = 64 * 1024;

    public static Task WriteAsync(string path, LayerContents contents, CancellationToken cancellationToken) =>
        StateFile.WriteAsync(path, async stream =>
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (LayerEntry entry in contents.Entries)
            {
                var line = new JsonObject
                {
                    ["path"] = entry.Path,
                    ["type"] = entry.Type.ToString(),
                    ["mode"] = Convert.ToString((int)entry.Mode, 8),
                    ["uid"] = entry.UserId,
                    ["gid"] = entry.GroupId,
                    ["time"] = entry.Time.ToUnixTimeSeconds(),
                };
                if (entry.LinkTarget is not null) line["target"] = entry.LinkTarget;
                if (entry.Content is not null) await AddContentAsync(line, entry.Content, path + ".contents", cancellationToken);
                await writer.WriteLineAsync(line.ToJsonString().AsMemory(), cancellationToken);
            }
        });

    public static Task<LayerContents> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw LifecycleErrors.NoStateFile(path, "BuildImage");
        var entries = new List<LayerEntry>();
        try
        {
            foreach (string line in File.ReadLines(path))
            {
                cancellationToken.ThrowIfCancellationRequested();
                entries.Add(Read(JsonNode.Parse(line)!.AsObject(), path));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw LifecycleErrors.MalformedFile(path, $"line {entries.Count + 1} is not an entry of a layer", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(path, e);
        }
        return Task.FromResult(LayerContents.Create(entries));
    }

    private static async Task AddContentAsync(JsonObject line, FileContent content, string directory, CancellationToken cancellationToken)
    {
        if (content.KnownDigest is { } digest) line["digest"] = digest.ToString();
        if (content.SourcePath is { } source)
        {
            line["source"] = source;
        }
        else if (content.PartOf is { } part)
        {
            line["source"] = part.Path;
            line["offset"] = part.Offset;
            line["length"] = content.Length;
        }
        else if (content.Length <= MaxInline)
        {
            using var bytes = new MemoryStream();
            await using Stream read = content.OpenRead();
            await read.CopyToAsync(bytes, cancellationToken);
            line["bytes"] = Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length);
        }
        else
        {
            // Named after its path: its digest may not be known, and the directory is this layer's alone.
            string copy = Path.Combine(directory, Digest.Of(System.Text.Encoding.UTF8.GetBytes((string)line["path"]!)).Hex);
            await StateFile.WriteAsync(copy, async stream =>
            {
                await using Stream read = content.OpenRead();
                await read.CopyToAsync(stream, cancellationToken);
            });
            line["source"] = copy;
        }
    }

    private static LayerEntry Read(JsonObject line, string path) => new()
    {
        Path = (string)line["path"]!,
        Type = Enum.Parse<LayerEntryType>((string)line["type"]!),
        Mode = (UnixFileMode)Convert.ToInt32((string)line["mode"]!, 8),
        UserId = (int)line["uid"]!,
        GroupId = (int)line["gid"]!,
        Time = DateTimeOffset.FromUnixTimeSeconds((long)line["time"]!),
        LinkTarget = (string?)line["target"],
        Content = (string?)line["type"] == nameof(LayerEntryType.File) ? Content(line, path) : null,
    };

    private static FileContent Content(JsonObject line, string path)
    {
        if ((string?)line["bytes"] is { } bytes) return FileContent.FromBytes(Convert.FromBase64String(bytes));
        if ((string?)line["source"] is not { } source) throw LifecycleErrors.MalformedFile(path, $"the file '{(string?)line["path"]}' has no content");
        Digest? digest = (string?)line["digest"] is { } known ? Digest.Parse(known) : null;
        return (long?)line["offset"] is { } offset ? FileContent.FromPart(source, offset, (long)line["length"]!, digest) : new StoredContent(source, digest);
    }
}

using System.Buffers;
using System.Text.Json;
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

    private const int FlushLength = 64 * 1024;

    public static Task WriteAsync(string path, LayerContents contents, CancellationToken cancellationToken) =>
        StateFile.WriteAsync(path, async stream =>
        {
            // A program's layer may have tens of thousands of files: no object is made for a line, and bytes go out in large pieces.
            var buffer = new ArrayBufferWriter<byte>(2 * FlushLength);
            using var writer = new Utf8JsonWriter(buffer);
            foreach (LayerEntry entry in contents.Entries)
            {
                writer.Reset(buffer);
                writer.WriteStartObject();
                writer.WriteString("path"u8, entry.Path);
                writer.WriteString("type"u8, entry.Type.ToString());
                writer.WriteString("mode"u8, Convert.ToString((int)entry.Mode, 8));
                writer.WriteNumber("uid"u8, entry.UserId);
                writer.WriteNumber("gid"u8, entry.GroupId);
                writer.WriteNumber("time"u8, entry.Time.ToUnixTimeSeconds());
                if (entry.LinkTarget is not null) writer.WriteString("target"u8, entry.LinkTarget);
                if (entry.Content is not null) await WriteContentAsync(writer, entry, path + ".contents", cancellationToken);
                writer.WriteEndObject();
                writer.Flush();
                buffer.Write("\n"u8);
                if (buffer.WrittenCount < FlushLength) continue;
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
            stream.Write(buffer.WrittenSpan);
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
                using JsonDocument document = JsonDocument.Parse(line);
                entries.Add(Read(document.RootElement, path));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException)
        {
            throw LifecycleErrors.MalformedFile(path, $"line {entries.Count + 1} is not an entry of a layer", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(path, e);
        }
        return Task.FromResult(LayerContents.Create(entries));
    }

    private static async Task WriteContentAsync(Utf8JsonWriter writer, LayerEntry entry, string directory, CancellationToken cancellationToken)
    {
        FileContent content = entry.Content!;
        if (content.KnownDigest is { } digest) writer.WriteString("digest"u8, digest.ToString());
        if (content.SourcePath is { } source)
        {
            writer.WriteString("source"u8, source);
        }
        else if (content.PartOf is { } part)
        {
            writer.WriteString("source"u8, part.Path);
            writer.WriteNumber("offset"u8, part.Offset);
            writer.WriteNumber("length"u8, content.Length);
        }
        else if (content.Length <= MaxInline)
        {
            using var bytes = new MemoryStream();
            await using Stream read = content.OpenRead();
            await read.CopyToAsync(bytes, cancellationToken);
            writer.WriteBase64String("bytes"u8, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        else
        {
            // Named after its path: its digest may not be known, and the directory is this layer's alone.
            string copy = Path.Combine(directory, Digest.Of(System.Text.Encoding.UTF8.GetBytes(entry.Path)).Hex);
            await StateFile.WriteAsync(copy, async stream =>
            {
                await using Stream read = content.OpenRead();
                await read.CopyToAsync(stream, cancellationToken);
            });
            writer.WriteString("source"u8, copy);
        }
    }

    private static LayerEntry Read(JsonElement line, string path)
    {
        LayerEntryType type = Enum.Parse<LayerEntryType>(line.GetProperty("type"u8).GetString()!);
        return new LayerEntry
        {
            Path = line.GetProperty("path"u8).GetString()!,
            Type = type,
            Mode = (UnixFileMode)Convert.ToInt32(line.GetProperty("mode"u8).GetString(), 8),
            UserId = line.GetProperty("uid"u8).GetInt32(),
            GroupId = line.GetProperty("gid"u8).GetInt32(),
            Time = DateTimeOffset.FromUnixTimeSeconds(line.GetProperty("time"u8).GetInt64()),
            LinkTarget = Text(line, "target"u8),
            Content = type == LayerEntryType.File ? Content(line, path) : null,
        };
    }

    private static FileContent Content(JsonElement line, string path)
    {
        if (line.TryGetProperty("bytes"u8, out JsonElement bytes)) return FileContent.FromBytes(bytes.GetBytesFromBase64());
        if (Text(line, "source"u8) is not { } source) throw LifecycleErrors.MalformedFile(path, $"the file '{Text(line, "path"u8)}' has no content");
        Digest? digest = Text(line, "digest"u8) is { } known ? Digest.Parse(known) : null;
        return line.TryGetProperty("offset"u8, out JsonElement offset) ? FileContent.FromPart(source, offset.GetInt64(), line.GetProperty("length"u8).GetInt64(), digest) : new StoredContent(source, digest);
    }

    private static string? Text(JsonElement line, ReadOnlySpan<byte> name) => line.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}

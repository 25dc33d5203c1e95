using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace BuildpackTasks.Testing;

/// <summary>
/// What a layer cache's directory holds, read without the product's code. It remembers what it has looked at: only what is new or
/// has changed since is read again.
/// </summary>
/// <param name="directory">The directory.</param>
public sealed class CacheContents(string directory)
{
    private readonly Dictionary<string, (DateTime, long)> seen = new(StringComparer.Ordinal);

    /// <summary>How many blobs it has.</summary>
    public int Blobs => Files("blobs").Length;

    /// <summary>How many things it remembers.</summary>
    public int Records => Files("records").Length;

    /// <summary>What is wrong: a blob that is not what its name says, or a record of a layer that does not hold. Empty for a sound cache.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(CancellationToken cancellationToken = default)
    {
        var problems = new List<string>();
        foreach (string file in Files("blobs").Where(IsNew))
        {
            await using FileStream stream = File.OpenRead(file);
            string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
            if (Path.GetFileName(file) != hash) problems.Add($"{file} is {hash}");
        }
        foreach (string file in Files("records").Where(IsNew))
        {
            if (await ProblemOfRecordAsync(file, cancellationToken) is { } problem) problems.Add($"{file}: {problem}");
        }
        return problems;
    }

    private async Task<string?> ProblemOfRecordAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            // A record is its hash, and then what is remembered: of a layer, a JSON object.
            byte[] bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            if (bytes.Length < 32 || !bytes.AsSpan(0, 32).SequenceEqual(SHA256.HashData(bytes.AsSpan(32)))) return "its hash is wrong";
            if (bytes.AsSpan(32).IndexOf("\"diffId\""u8) < 0) return null;
            using JsonDocument record = JsonDocument.Parse(bytes.AsMemory(32));
            string digest = record.RootElement.GetProperty("digest").GetString()!;
            string blob = Path.Combine(directory, "blobs", "sha256", digest["sha256:".Length..]);
            if (!File.Exists(blob)) return $"{digest} is not there";
            if (new FileInfo(blob).Length != record.RootElement.GetProperty("size").GetInt64()) return $"{digest} has another size";
            await using FileStream stream = File.OpenRead(blob);
            await using var tar = new GZipStream(stream, CompressionMode.Decompress);
            string diffId = $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(tar, cancellationToken))}";
            return record.RootElement.GetProperty("diffId").GetString() == diffId ? null : $"the layer's diff ID is {diffId}";
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private bool IsNew(string file)
    {
        var info = new FileInfo(file);
        (DateTime, long) stamp = (info.LastWriteTimeUtc, info.Length);
        if (seen.TryGetValue(file, out (DateTime, long) known) && known == stamp) return false;
        seen[file] = stamp;
        return true;
    }

    private string[] Files(string folder)
    {
        string path = Path.Combine(directory, folder);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
    }
}

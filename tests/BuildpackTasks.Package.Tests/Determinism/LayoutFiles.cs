using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace BuildpackTasks.Package.Tests;

/// <summary>The files of the one image of an OCI layout, read with nothing of this project.</summary>
internal static class LayoutFiles
{
    /// <summary>A file's time and text; of several layers the topmost counts.</summary>
    public static async Task<(DateTimeOffset Time, string Text)> ReadAsync(string layout, string path, CancellationToken cancellationToken)
    {
        using var index = await ParseAsync(Path.Combine(layout, "index.json"), cancellationToken);
        using var manifest = await ParseAsync(Blob(layout, index.RootElement.GetProperty("manifests")[0]), cancellationToken);
        foreach (var layer in manifest.RootElement.GetProperty("layers").EnumerateArray().Reverse())
        {
            await using var tar = new TarReader(new GZipStream(File.OpenRead(Blob(layout, layer)), CompressionMode.Decompress));
            while (await tar.GetNextEntryAsync(cancellationToken: cancellationToken) is { } entry)
            {
                if (entry.Name != path)
                {
                    continue;
                }

                using var reader = new StreamReader(entry.DataStream!, Encoding.UTF8);
                return (entry.ModificationTime, await reader.ReadToEndAsync(cancellationToken));
            }
        }

        throw new FileNotFoundException($"the image in {layout} has no {path}");
    }

    private static async Task<JsonDocument> ParseAsync(string file, CancellationToken cancellationToken) =>
        JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));

    private static string Blob(string layout, JsonElement descriptor) =>
        Path.Combine(layout, "blobs", "sha256", descriptor.GetProperty("digest").GetString()!["sha256:".Length..]);
}

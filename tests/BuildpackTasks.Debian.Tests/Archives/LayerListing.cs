using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian.Tests;

/// <summary>What is in a layer, as another tar reader sees it.</summary>
internal static class LayerListing
{
    /// <summary>One line an entry: path, kind, mode, owner, and content or target.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        await using Stream compressed = await layer.OpenAsync(cancellationToken);
        await using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            string mode = Convert.ToString((int)entry.Mode, 8);
            lines.Add(entry.EntryType switch
            {
                TarEntryType.Directory => $"{entry.Name} {mode} {entry.Uid}",
                TarEntryType.SymbolicLink => $"{entry.Name} -> {entry.LinkName}",
                _ => $"{entry.Name} {mode} {entry.Uid} '{await ContentAsync(entry, cancellationToken)}'",
            });
        }
        return lines;
    }

    private static async Task<string> ContentAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        if (entry.DataStream is null) return "";
        using var reader = new StreamReader(entry.DataStream, Encoding.UTF8);
        return (await reader.ReadToEndAsync(cancellationToken)).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}

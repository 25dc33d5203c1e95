using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Shows what a layer holds, one line an entry.</summary>
internal static class LayerReader
{
    public static async Task<string> ListAsync(ILayer layer)
    {
        var text = new StringBuilder();
        await using Stream compressed = await layer.OpenAsync(CancellationToken.None);
        await using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            string what = entry.EntryType switch
            {
                TarEntryType.Directory => "/",
                TarEntryType.SymbolicLink => " -> " + entry.LinkName,
                _ => " = " + (entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync()),
            };
            string time = entry.ModificationTime == LayerEntry.ConstantTime ? "" : $" @{entry.ModificationTime.ToUnixTimeSeconds()}";
            text.Append($"{Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {entry.Name.TrimEnd('/')}{what}{time}\n");
        }
        return text.ToString();
    }
}

using System.Formats.Tar;
using System.IO.Compression;

namespace BuildpackTasks.Package.Tests;

/// <summary>A layer of an image in an OCI layout.</summary>
/// <param name="Name">What the image's history calls it.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its compressed size.</param>
/// <param name="File">The blob.</param>
internal sealed record LayerInLayout(string Name, string Digest, long Size, string File)
{
    /// <summary>The absolute paths of everything in it.</summary>
    public async Task<IReadOnlyList<string>> PathsAsync(CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        await foreach (var entry in EntriesAsync(cancellationToken))
        {
            paths.Add(PathOf(entry));
        }

        return paths;
    }

    /// <summary>The mode of something in it.</summary>
    public async Task<UnixFileMode> ModeAsync(string path, CancellationToken cancellationToken) =>
        await EntriesAsync(cancellationToken).Where(entry => PathOf(entry) == path).Select(entry => entry.Mode).SingleAsync(cancellationToken);

    /// <summary>The content of a file in it.</summary>
    public async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await foreach (var entry in EntriesAsync(cancellationToken))
        {
            if (PathOf(entry) == path)
            {
                using var content = new MemoryStream();
                await entry.DataStream!.CopyToAsync(content, cancellationToken);
                return content.ToArray();
            }
        }

        throw new FileNotFoundException($"the layer {Name} has no {path}");
    }

    private async IAsyncEnumerable<TarEntry> EntriesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            yield return entry;
        }
    }

    private static string PathOf(TarEntry entry) => "/" + entry.Name.Trim('/');
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Puts the bills of materials of restored layers back beside their metadata (platform specification, "restorer"): a buildpack that
/// keeps a layer does not write them again.
/// </summary>
/// <param name="directory">The build's state.</param>
/// <param name="scope">Which of the collected ones the layer has: <c>launch</c> or <c>cache</c>.</param>
/// <param name="open">Finds the layer that holds them; null where there is none.</param>
internal sealed class RestoredSboms(ImageDirectory directory, string scope, Func<CancellationToken, Task<ILayer?>> open) : IDisposable
{
    // They are documents; those of large images have some MB.
    private static readonly UnpackLimits Limits = new(256L << 20, 10_000);

    private bool isOpened;
    private bool isThere;

    private string Unpacked => Path.Combine(directory.Path, $"sbom-{scope}");

    /// <summary>Puts back what there is about a layer. What cannot be had is left out: it says what was, and decides nothing.</summary>
    public async Task PutBackAsync(BuildpackId buildpack, LayerName layer, CancellationToken cancellationToken)
    {
        if (!isOpened) (isOpened, isThere) = (true, await TryUnpackAsync(cancellationToken));
        string source = Path.Combine(Unpacked, buildpack.DirectoryName, layer.ToString());
        if (!isThere || !Directory.Exists(source)) return;
        foreach (string file in Directory.EnumerateFiles(source, "sbom.*.json"))
        {
            string target = Path.Combine(directory.BuildpackDirectory(buildpack), $"{layer}.{Path.GetFileName(file)}");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target, overwrite: true);
        }
    }

    /// <summary>Removes what was not put back.</summary>
    public void Dispose() => _ = DirectoryTree.TryDelete(Unpacked);

    private async Task<bool> TryUnpackAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await open(cancellationToken) is not { } layer) return false;
            StateFile.DeleteDirectory(Unpacked);
            Directory.CreateDirectory(Unpacked);
            await UnpackedTrees.UnpackAsync(layer, $"{Builder.ImageLayersDirectory[1..]}/{SbomDirectory.Name}/{scope}", Unpacked, Limits, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is CodedException or RefusedEntryException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

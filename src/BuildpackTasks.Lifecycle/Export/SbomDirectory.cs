using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Where bills of materials are collected: <c>layers/sbom/{launch,build,cache}/ID/[LAYER/]sbom.FORMAT.json</c> (platform specification,
/// "builder"). Those about what is in the image become a layer, which is where other tools look for them.
/// </summary>
internal static class SbomDirectory
{
    /// <summary>The directory's name among the layers.</summary>
    public const string Name = "sbom";

    /// <summary>What those about what is in the image are kept as.</summary>
    public const string Launch = "launch";

    /// <summary>What those about what is kept for the next build are kept as.</summary>
    public const string Cache = "cache";

    /// <summary>Collects what a buildpack wrote.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="buildpack">The buildpack.</param>
    /// <param name="result">What it contributed.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="LifecycleException">BPT2003 or BPT2005: a file cannot be read or written.</exception>
    public static async Task CollectAsync(ImageDirectory directory, GroupMember buildpack, BuildResult result, CancellationToken cancellationToken)
    {
        foreach (SbomFile file in result.Sboms)
        {
            foreach (string scope in Scopes(file, result))
            {
                string target = Path.Combine(directory.LayersDirectory, Name, scope, buildpack.Id.DirectoryName, file.Layer?.ToString() ?? "", $"sbom.{file.Extension}");
                await CopyAsync(file.Path, target, cancellationToken);
            }
        }
    }

    /// <summary>Removes what an earlier build collected.</summary>
    /// <param name="directory">The build's state.</param>
    public static void Clear(ImageDirectory directory) => StateFile.DeleteDirectory(Path.Combine(directory.LayersDirectory, Name));

    /// <summary>The layer with the bills of materials of what is in the image; null where there are none.</summary>
    /// <param name="directory">The build's state.</param>
    public static PlannedLayer? Plan(ImageDirectory directory) =>
        Contents(directory, Launch) is { } contents ? new PlannedLayer(PlannedLayerKind.Sbom, Name, "Software Bill-of-Materials", contents, IsShareable: false) : null;

    /// <summary>What was collected, where it is in an image; null where there is nothing.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="scope">Which: <see cref="Launch"/> or <see cref="Cache"/>.</param>
    public static LayerContents? Contents(ImageDirectory directory, string scope)
    {
        string root = Path.Combine(directory.LayersDirectory, Name, scope);
        if (!Directory.Exists(root)) return null;
        LayerEntry[] entries =
        [
            .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => LayerEntry.ForFile(
                $"{Builder.ImageLayersDirectory[1..]}/{Name}/{scope}/{Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/')}", FileContent.FromFile(file))),
        ];
        return entries.Length == 0 ? null : LayerContents.Create(entries);
    }

    // What is not in the image belongs to the build, whatever it is for (reference lifecycle).
    private static IEnumerable<string> Scopes(SbomFile file, BuildResult result)
    {
        BuildpackLayer? layer = result.Layers.FirstOrDefault(layer => layer.Name == file.Layer);
        yield return file.Scope == SbomScope.Launch || layer is { Launch: true } ? Launch : "build";
        if (layer is { Cache: true }) yield return Cache;
    }

    private static Task CopyAsync(string source, string target, CancellationToken cancellationToken) => StateFile.WriteAsync(target, async stream =>
    {
        FileStream content;
        try
        {
            content = File.OpenRead(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(source, e);
        }
        await using (content) await content.CopyToAsync(stream, cancellationToken);
    });
}

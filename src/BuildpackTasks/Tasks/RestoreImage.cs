using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// Decides which layers are kept as they are, and puts back what buildpacks noted about theirs last time. Leaves
/// <c>layers/ID/LAYER.toml</c>.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class RestoreImage : LifecycleTask
{
    /// <summary>What tells images apart whose layers are kept for the next build: their name and platform.</summary>
    [Required]
    public string ImageName { get; set; } = "";

    /// <summary><c>ImageExecutionEnvironment</c>: what the image is for; empty for <c>production</c>.</summary>
    public string? ExecutionEnvironment { get; set; }

    /// <summary>The packages with parts of .NET that detection asked for; metadata <c>Version</c>, <c>Fingerprint</c>.</summary>
    public ITaskItem[] RequiredPacks { get; set; } = [];

    /// <summary>Those of them that are needed: the others' layers are known.</summary>
    [Output]
    public ITaskItem[] NeededPacks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        PreviousImage? previous = PreviousImage.Of(analyzed);
        LayerCache cache = session.CacheKnowing(previous);
        var restorer = new Restorer(State, new BuildpackLayerCache(cache, ImageName))
        {
            ExecutionEnvironment = ExecutionEnvironment.OrNull() ?? "production",
            PreviousImage = token => session.PreviousImageAsync(previous, analyzed.RunImage.Facts.Platform, token),
        };
        foreach (RestoredLayer layer in await restorer.RestoreAsync(cancellationToken))
        {
            Detail($"{layer.Buildpack}: {layer.Name}: {(layer.Restored ? "restored" : "not restored")}: {layer.Reason}");
        }

        var needed = new List<ITaskItem>();
        foreach (ITaskItem pack in RequiredPacks)
        {
            if (pack.Value("Fingerprint") is not { } fingerprint || await cache.FindAsync(Digest.Parse(fingerprint), cancellationToken) is null) needed.Add(pack);
        }
        NeededPacks = [.. needed];
    }
}

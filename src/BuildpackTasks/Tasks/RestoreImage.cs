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
    /// <summary>The packages with parts of .NET that detection asked for; metadata <c>Version</c>, <c>Fingerprint</c>.</summary>
    public ITaskItem[] RequiredPacks { get; set; } = [];

    /// <summary>Those of them that are needed: the others' layers are known.</summary>
    [Output]
    public ITaskItem[] NeededPacks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        foreach (RestoredLayer layer in await new Restorer(State).RestoreAsync(cancellationToken))
        {
            Detail($"{layer.Buildpack}: {layer.Name}: {(layer.Restored ? "restored" : "not restored")}: {layer.Reason}");
        }

        LayerCache cache = session.CacheKnowing(PreviousImage.Of(await AnalyzedFile.ReadAsync(State, cancellationToken)));
        var needed = new List<ITaskItem>();
        foreach (ITaskItem pack in RequiredPacks)
        {
            if (pack.Value("Fingerprint") is not { } fingerprint || await cache.FindAsync(Digest.Parse(fingerprint), cancellationToken) is null) needed.Add(pack);
        }
        NeededPacks = [.. needed];
    }
}

using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Puts back what buildpacks noted about their layers last time. Leaves <c>layers/ID/LAYER.toml</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class RestoreImage : LifecycleTask
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        foreach (RestoredLayer layer in await new Restorer(State).RestoreAsync(cancellationToken))
        {
            Detail($"{layer.Buildpack}: {layer.Name}: {(layer.Restored ? "restored" : "not restored")}: {layer.Reason}");
        }
    }
}

using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Passes over images that have no runtime layer, where nobody asked for a version of it: that is said and no failure.</summary>
/// <param name="updater">Moves the runtime of the others.</param>
internal sealed class OptionalRuntime(DotNetRuntimeUpdater updater) : ILayerUpdater
{
    /// <inheritdoc/>
    public string Name => updater.Name;

    /// <inheritdoc/>
    public async Task<LayerUpdate?> UpdateAsync(BuildpacksImage image, IReadOnlyList<ILayer> runImage, CancellationToken cancellationToken)
    {
        try
        {
            return await updater.UpdateAsync(image, runImage, cancellationToken);
        }
        catch (DotNetException e) when (DotNetRuntimeUpdater.WithoutLayerCodes.Contains(e.Code))
        {
            return null;
        }
    }
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>An updater whose answer a test gives.</summary>
internal sealed class FixedUpdater(string name, Func<BuildpacksImage, IReadOnlyList<ILayer>, LayerUpdate?> update) : ILayerUpdater
{
    public string Name => name;

    public Task<LayerUpdate?> UpdateAsync(BuildpacksImage image, IReadOnlyList<ILayer> runImage, CancellationToken cancellationToken) => Task.FromResult(update(image, runImage));
}

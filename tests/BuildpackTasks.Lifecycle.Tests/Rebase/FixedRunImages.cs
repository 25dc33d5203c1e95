using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Run images that a test has made, by the names that it gives them.</summary>
internal sealed class FixedRunImages : IRunImageSource
{
    public Dictionary<string, Image> Images { get; } = [];

    /// <summary>The configs of run images that are still there, by pinned reference.</summary>
    public Dictionary<string, ImageConfig> Configs { get; } = [];

    public Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken) =>
        Task.FromResult(new ResolvedImage(name, name != "scratch" && ImageReference.TryParse(name, out ImageReference? reference) ? reference.WithDigest(Images[name].Digest).ToString() : name, Images[name]));

    public Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken) => Task.FromResult(Configs.GetValueOrDefault(reference));
}

using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// What the tasks of one project's build share: the layer cache, and a client that keeps its connections, its tokens and what
/// registries said. MSBuild keeps it until the build ends. A phase that runs alone has one of its own.
/// </summary>
internal sealed class ImageSession : IDisposable
{
    private readonly LayerCache cache;
    private readonly string projectDirectory;
    private Action<CodedWarning> warn;

    private ImageSession(LayerCache cache, string projectDirectory, string? outputRegistry, Action<CodedWarning> warn)
    {
        this.projectDirectory = projectDirectory;
        this.cache = cache;
        this.warn = warn;
        Registries = RegistrySettings.Open(outputRegistry, warning => this.warn(warning));
    }

    /// <summary>Speaks to registries.</summary>
    public RegistryClient Registries { get; }

    /// <summary>The session of the build that a task belongs to.</summary>
    /// <param name="engine">The task's engine.</param>
    /// <param name="settings">What tells sessions apart: other settings, another session.</param>
    /// <param name="warn">Told of what is wrong without stopping the work, while the task runs.</param>
    public static ImageSession Of(IBuildEngine engine, ImageSessionSettings settings, Action<CodedWarning> warn)
    {
        if (engine is not IBuildEngine4 build) return Open(settings, warn);
        if (build.GetRegisteredTaskObject(settings, RegisteredTaskObjectLifetime.Build) is not ImageSession session)
        {
            session = Open(settings, warn);
            build.RegisterTaskObject(settings, session, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        }
        session.warn = warn;
        return session;
    }

    /// <summary>What is kept on this machine.</summary>
    public ContentStore Content => cache.Content;

    /// <summary>The layer cache, with the layers of the previous image.</summary>
    /// <param name="previous">What analysis found of it; null where nothing is known of one.</param>
    public LayerCache CacheKnowing(PreviousImage? previous) => cache.Knowing(Index(previous), null);

    /// <summary>The layer cache, with the layers of the previous image as soon as that is known.</summary>
    /// <param name="previous">What analysis will find of it.</param>
    public LayerCache CacheKnowing(Task<PreviousImage?> previous) => cache.Knowing(new PendingLayerIndex(IndexAsync(previous)), null);

    /// <summary>The layers of the previous image that are known by their fingerprints.</summary>
    /// <param name="previous">What analysis found of it; null where nothing is known of one.</param>
    public IReadOnlyCollection<KnownLayer> LayersOf(PreviousImage? previous) => Index(previous)?.Layers ?? [];

    /// <summary>Opens the run image that analysis found.</summary>
    /// <param name="analyzed">What analysis left.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">BPT5020: it is gone; or why it cannot be read.</exception>
    public Task<ResolvedImage> ReopenRunImageAsync(AnalyzedFile analyzed, CancellationToken cancellationToken) =>
        new RunImages(Registries, cache, projectDirectory, LayersOf(PreviousImage.Of(analyzed))).ReopenAsync(analyzed.RunImage, cancellationToken);

    /// <summary>Ends all connections.</summary>
    public void Dispose() => Registries.Dispose();

    private ImageLayerIndex? Index(PreviousImage? previous) => previous is null ? null : new ImageLayerIndex(previous.Layers(Registries, Content));

    private async Task<ILayerIndex?> IndexAsync(Task<PreviousImage?> previous) => Index(await previous);

    private static ImageSession Open(ImageSessionSettings settings, Action<CodedWarning> warn) =>
        new(CacheSettings.Open(settings.CacheDirectory, settings.CacheMaxSize, settings.ProjectDirectory), settings.ProjectDirectory, settings.OutputRegistry, warn);
}

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
    private readonly CacheRepository? repository;
    private readonly string projectDirectory;
    private readonly List<KnownLayer> made = [];
    private Action<CodedWarning> warn;

    private ImageSession(ImageSessionSettings settings, Action<CodedWarning> warn)
    {
        this.warn = warn;
        projectDirectory = settings.ProjectDirectory;
        cache = CacheSettings.Open(settings.CacheDirectory, settings.CacheMaxSize, projectDirectory);
        Registries = RegistrySettings.Open(settings.OutputRegistry, Warn);
        if (settings.CacheRepository is { } name) repository = new CacheRepository(Registries, CacheSettings.Repository(name), cache.Content, Warn);
    }

    /// <summary>Speaks to registries.</summary>
    public RegistryClient Registries { get; }

    /// <summary>What is kept on this machine.</summary>
    public ContentStore Content => cache.Content;

    /// <summary>The session of the build that a task belongs to.</summary>
    /// <param name="engine">The task's engine.</param>
    /// <param name="settings">What tells sessions apart: other settings, another session.</param>
    /// <param name="warn">Told of what is wrong without stopping the work, while the task runs.</param>
    public static ImageSession Of(IBuildEngine engine, ImageSessionSettings settings, Action<CodedWarning> warn)
    {
        if (engine is not IBuildEngine4 build) return new ImageSession(settings, warn);
        if (build.GetRegisteredTaskObject(settings, RegisteredTaskObjectLifetime.Build) is not ImageSession session)
        {
            session = new ImageSession(settings, warn);
            build.RegisterTaskObject(settings, session, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        }
        session.warn = warn;
        return session;
    }

    /// <summary>The layer cache, with the layers of the previous image and of the cache repository.</summary>
    /// <param name="previous">What analysis found of it; null where nothing is known of one.</param>
    public LayerCache CacheKnowing(PreviousImage? previous) => cache.Knowing(Index(previous), repository);

    /// <summary>The layer cache, with the layers of the previous image as soon as that is known, and of the cache repository.</summary>
    /// <param name="previous">What analysis will find of it.</param>
    public LayerCache CacheKnowing(Task<PreviousImage?> previous) => cache.Knowing(new PendingLayerIndex(IndexAsync(previous)), repository);

    /// <summary>The layers of the previous image and of the cache repository that are known by their fingerprints.</summary>
    /// <param name="analyzed">What analysis left.</param>
    /// <param name="fingerprints">What is looked for in the cache repository.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<IReadOnlyCollection<KnownLayer>> KnownLayersAsync(AnalyzedFile analyzed, IEnumerable<Digest> fingerprints, CancellationToken cancellationToken)
    {
        var layers = new List<KnownLayer>(Index(PreviousImage.Of(analyzed))?.Layers ?? []);
        foreach (Digest fingerprint in fingerprints)
        {
            if (repository is not null && await repository.FindAsync(fingerprint, cancellationToken) is { } layer) layers.Add(layer);
        }
        return layers;
    }

    /// <summary>Remembers on this machine that an image names layers that its registry has lost: the next build reuses none of them.</summary>
    /// <param name="manifest">The digest of the image's manifest.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public Task NoteBrokenAsync(Digest manifest, CancellationToken cancellationToken) => cache.Records.WriteAsync(BrokenKey(manifest), BrokenMark, cancellationToken);

    /// <summary>Whether an image was found to name layers that its registry has lost.</summary>
    /// <param name="manifest">The digest of the image's manifest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<bool> IsBrokenAsync(Digest manifest, CancellationToken cancellationToken) =>
        await cache.Records.TryReadAsync(BrokenKey(manifest), BrokenMark.Length, cancellationToken) is not null;

    /// <summary>Opens the run image that analysis found.</summary>
    /// <param name="analyzed">What analysis left.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">BPT5020: it is gone; or why it cannot be read.</exception>
    public Task<ResolvedImage> ReopenRunImageAsync(AnalyzedFile analyzed, CancellationToken cancellationToken) =>
        new RunImages(Registries, cache, projectDirectory).ReopenAsync(analyzed.RunImage, token => KnownLayersAsync(analyzed, analyzed.RunImage.Fingerprints.Values, token), cancellationToken);

    /// <summary>Notes the layers that were made in this build, for the cache repository.</summary>
    /// <param name="layers">Layers.</param>
    public void NoteMade(IEnumerable<ILayer> layers) => made.AddRange(layers.OfType<KnownLayer>().Where(static layer => layer.Created));

    /// <summary>Shares the layers that were made in this build, when the image is where it goes.</summary>
    /// <param name="store">The repository that has them now; null where the image went elsewhere.</param>
    /// <param name="manifest">The digest of the image's manifest there.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task ShareAsync(RegistryStore? store, Digest manifest, CancellationToken cancellationToken)
    {
        if (repository is null) return;
        IEnumerable<KnownLayer> layers = store is null ? made : made.Select(layer => new KnownLayer(layer.Fingerprint, layer.Origin, store.Layer(layer.Descriptor, layer.DiffId, manifest)));
        await repository.AddAsync(layers, cancellationToken);
        made.Clear();
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose() => Registries.Dispose();

    private static byte[] BrokenMark => "broken"u8.ToArray();

    private static Digest BrokenKey(Digest manifest) => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"broken image {manifest}"));

    private void Warn(CodedWarning warning) => warn(warning);

    private ImageLayerIndex? Index(PreviousImage? previous) => previous is null ? null : new ImageLayerIndex(previous.Layers(Registries, Content));

    private async Task<ILayerIndex?> IndexAsync(Task<PreviousImage?> previous) => Index(await previous);
}

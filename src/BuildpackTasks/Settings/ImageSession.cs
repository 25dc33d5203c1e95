using System.Collections.Concurrent;
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
    private readonly RelayedMessages<CodedWarning> warnings = new();
    private readonly RelayedMessages<string> details = new();
    private PendingAnalysis? pending;
    private bool isReported;
    private readonly ConcurrentDictionary<Digest, LayerOrigin> origins = new();
    private readonly ConcurrentDictionary<Digest, string> names = new();
    private readonly RelayedMessages<string> said = new();
    private readonly BuildNotes notes = new();
    private readonly PhaseLog phases;
    private volatile IProgress<BlobProgress>? progress;

    private ImageSession(ImageSessionSettings settings)
    {
        projectDirectory = settings.ProjectDirectory;
        CacheDirectory = CacheSettings.Directory(settings.CacheDirectory, projectDirectory);
        cache = CacheSettings.Open(settings.CacheDirectory, settings.CacheMaxSize, projectDirectory, Note);
        Registries = RegistrySettings.Open(settings.Credentials, Warn, new Progress(this));
        phases = new PhaseLog(TimeProvider.System, () => Registries.Traffic);
        if (settings.CacheRepository is { } name) repository = new CacheRepository(Registries, CacheSettings.Repository(name), cache.Content, Warn);
    }

    /// <summary>Speaks to registries.</summary>
    public RegistryClient Registries { get; }

    /// <summary>Where the layer cache is.</summary>
    public string CacheDirectory { get; }

    /// <summary>What is kept on this machine.</summary>
    public ContentStore Content => cache.Content;

    /// <summary>The phases until now, for the report: what begins later belongs to another image.</summary>
    public IReadOnlyList<ReportedPhase> TakePhases()
    {
        isReported = true;
        return phases.Phases;
    }

    /// <summary>What was not as it should be in this build, a sentence each.</summary>
    public IReadOnlyList<string> Notes => notes.All;

    /// <summary>Where layers were found that this build put together, or that it made them; also those of a run image that was assembled.</summary>
    public IReadOnlyDictionary<Digest, LayerOrigin> Origins => origins;

    /// <summary>The session of the build that a task belongs to.</summary>
    /// <param name="engine">The task's engine.</param>
    /// <param name="settings">What tells sessions apart: other settings, another session.</param>
    /// <param name="warn">Told of what is wrong without stopping the work, while the task runs.</param>
    public static ImageSession Of(IBuildEngine engine, ImageSessionSettings settings, Action<CodedWarning> warn)
    {
        var build = engine as IBuildEngine4;
        if (build?.GetRegisteredTaskObject(settings, RegisteredTaskObjectLifetime.Build) is not ImageSession session)
        {
            session = new ImageSession(settings);
            build?.RegisterTaskObject(settings, session, RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
        }
        session.warnings.PassTo(warn);
        return session;
    }

    /// <summary>Begins to look for what analysis will need; nobody waits for it.</summary>
    /// <param name="request">What analysis will look for.</param>
    public void StartAnalysis(AnalysisRequest request) => pending ??= new PendingAnalysis(request, this, details);

    /// <summary>What analysis looks for: what was begun, where it is that, or from now on.</summary>
    /// <param name="request">What analysis looks for.</param>
    /// <param name="say">Told of long work.</param>
    public PendingAnalysis TakeAnalysis(AnalysisRequest request, Action<string> say)
    {
        PendingAnalysis? begun = Interlocked.Exchange(ref pending, null);
        // What could not be had then may be there now.
        if (begun is not null && (begun.Request != request || begun.RunImage.IsFaulted || begun.Previous.IsFaulted))
        {
            EndSoon(begun);
            begun = null;
        }
        details.PassTo(say);
        return begun ?? new PendingAnalysis(request, this, details);
    }

    /// <summary>Says that the task that listened has ended, and something goes on.</summary>
    public void Leave()
    {
        warnings.PassTo(null);
        details.PassTo(null);
    }

    /// <summary>Run images, with the layers of the previous image as soon as that is known, and of the cache repository.</summary>
    /// <param name="previous">What analysis will find of it.</param>
    public RunImages RunImages(Task<PreviousImage?> previous) =>
        new(Registries, cache.Knowing(new PendingLayerIndex(IndexAsync(previous)), repository), projectDirectory);

    /// <summary>Run images, with nothing but what is on this machine.</summary>
    public RunImages RunImages() => new(Registries, cache, projectDirectory);

    /// <summary>Finds buildpacks that are not built in.</summary>
    public BuildpackSources BuildpackSources() => new(Registries, cache, projectDirectory, Lifecycle.BuildpackSources.MachinePlatform, Warn);

    /// <summary>The image that the programs of buildpacks see as the system, unpacked.</summary>
    /// <param name="name">What the user wrote: <c>BuildImage</c>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CodedException">There is no such image, or it cannot be unpacked.</exception>
    public async Task<BuildImageRoot> BuildImageAsync(string name, CancellationToken cancellationToken)
    {
        ImageLocation location = ImageLocation.Parse(name, projectDirectory);
        IImageStore store = location.OpenStore(Registries, cache.Content) ?? throw TaskErrors.BadValue("BuildImage", name, "an image with a system in it");
        Image image = await store.ReadAsync(location.Selector, Lifecycle.BuildpackSources.MachinePlatform, cancellationToken)
            ?? throw TaskErrors.BadValue("BuildImage", name, $"an image for {Lifecycle.BuildpackSources.MachinePlatform} that exists");
        Name(image.Layers, "build image");
        return await BuildImageRoot.OpenAsync(image, name, cache, cancellationToken);
    }

    /// <summary>The image that layers are reused from, with all its layers; null where it is gone.</summary>
    /// <param name="previous">What analysis found of it.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<Image?> PreviousImageAsync(PreviousImage? previous, Platform platform, CancellationToken cancellationToken) =>
        previous is null ? null : await new RegistryStore(Registries, previous.Reference, Content).ReadAsync(previous.Reference.Selector, platform, cancellationToken);

    /// <summary>Begins a phase.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="told">Told how far blobs are on their way until the phase ends.</param>
    /// <param name="say">Told of what is not as it should be until the phase ends.</param>
    public void Begin(string name, IProgress<BlobProgress> told, Action<string> say)
    {
        if (isReported)
        {
            phases.Clear();
            notes.Clear();
            isReported = false;
        }
        phases.Begin(name);
        progress = told;
        said.PassTo(say);
    }

    /// <summary>Ends the phase that runs.</summary>
    public ReportedPhase End()
    {
        progress = null;
        said.PassTo(null);
        return phases.End();
    }

    /// <summary>Says something that is not as it should be, once, and takes it down for the report.</summary>
    /// <param name="note">A sentence.</param>
    public void Note(string note)
    {
        if (notes.Add(note)) said.Report(note);
    }

    /// <summary>Says what messages call layers.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="name">The name.</param>
    public void Name(IEnumerable<ILayer> layers, string name)
    {
        foreach (ILayer layer in layers) names.TryAdd(layer.Descriptor.Digest, name);
    }

    /// <summary>What messages call a blob.</summary>
    /// <param name="blob">Its digest.</param>
    public string NameOf(Digest blob) => names.GetValueOrDefault(blob) ?? $"blob {blob.Hex[..12]}";

    /// <summary>The layer cache, with the layers of the previous image and of the cache repository.</summary>
    /// <param name="previous">What analysis found of it; null where nothing is known of one.</param>
    public LayerCache CacheKnowing(PreviousImage? previous) => cache.Knowing(Index(previous), repository);

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

    /// <summary>Remembers on this machine that the previous image names layers that its registry has lost: the next build reuses none of them.</summary>
    /// <param name="state">The state of the build that relied on it.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task NoteBrokenAsync(ImageDirectory state, CancellationToken cancellationToken)
    {
        if (File.Exists(state.AnalyzedFile) && PreviousImage.Of(await AnalyzedFile.ReadAsync(state, cancellationToken))?.Reference.Digest is { } manifest)
            await cache.Records.WriteAsync(BrokenKey(manifest), BrokenMark, cancellationToken);
    }

    /// <summary>Forgets that an image was broken: all of it is there again.</summary>
    /// <param name="manifest">The digest of the image's manifest.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task NoteWholeAsync(Digest manifest, CancellationToken cancellationToken)
    {
        if (await IsBrokenAsync(manifest, cancellationToken)) await cache.Records.WriteAsync(BrokenKey(manifest), WholeMark, cancellationToken);
    }

    /// <summary>Whether an image was found to name layers that its registry has lost.</summary>
    /// <param name="manifest">The digest of the image's manifest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<bool> IsBrokenAsync(Digest manifest, CancellationToken cancellationToken) =>
        await cache.Records.TryReadAsync(BrokenKey(manifest), BrokenMark.Length, cancellationToken) is { } mark && mark.AsSpan().SequenceEqual(BrokenMark);

    /// <summary>Opens the run image that analysis found.</summary>
    /// <param name="analyzed">What analysis left.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">BPT5020: it is gone; or why it cannot be read.</exception>
    public async Task<ResolvedImage> ReopenRunImageAsync(AnalyzedFile analyzed, CancellationToken cancellationToken)
    {
        ResolvedImage runImage = await new RunImages(Registries, cache, projectDirectory).ReopenAsync(
            analyzed.RunImage, token => KnownLayersAsync(analyzed, analyzed.RunImage.Fingerprints.Values, token), cancellationToken);
        Name(runImage.Image.Layers, "run image");
        return runImage;
    }

    /// <summary>Notes where layers come from, and those that were made in this build for the cache repository.</summary>
    /// <param name="layers">Layers.</param>
    public void NoteMade(IEnumerable<ILayer> layers)
    {
        foreach (KnownLayer layer in layers.OfType<KnownLayer>())
        {
            origins[layer.Descriptor.Digest] = layer.Origin;
            if (layer.Created) made.Add(layer);
        }
    }

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

    /// <summary>Ends what still runs, and all connections.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref pending, null) is { } begun) EndSoon(begun);
        Registries.Dispose();
    }

    // The build is over, or wants something else: a little patience for what cleans up after itself, and no more.
    private static void EndSoon(PendingAnalysis analysis) => Task.Run(() => analysis.DisposeAsync().AsTask()).Wait(TimeSpan.FromSeconds(5));

    private static byte[] BrokenMark => "broken"u8.ToArray();

    private static byte[] WholeMark => "whole"u8.ToArray();

    private static Digest BrokenKey(Digest manifest) => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"broken image {manifest}"));

    private void Warn(CodedWarning warning)
    {
        notes.Add($"{warning.Code}: {warning.Message}");
        warnings.Report(warning);
    }

    private ImageLayerIndex? Index(PreviousImage? previous) => previous is null ? null : new ImageLayerIndex(previous.Layers(Registries, Content));

    private async Task<ILayerIndex?> IndexAsync(Task<PreviousImage?> previous) => Index(await previous);

    // The client lives as long as the build, and whom it tells only as long as a phase.
    private sealed class Progress(ImageSession session) : IProgress<BlobProgress>
    {
        public void Report(BlobProgress value) => session.progress?.Report(value);
    }
}

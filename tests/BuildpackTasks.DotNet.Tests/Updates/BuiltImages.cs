using System.Collections.Concurrent;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Images that the lifecycle makes of an app and of runtime packs in the form that NuGet unpacks them in.</summary>
internal sealed class BuiltImages : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentQueue<RequiredPack> asked = new();
    private int builds;

    public BuiltImages() => Cache = new LayerCache(directory.Combine("cache"), 1L << 30);

    public LayerCache Cache { get; }

    /// <summary>The packs that an updater asked for.</summary>
    public IEnumerable<string> Asked => asked.Select(static pack => pack.ToString()).Order(StringComparer.Ordinal);

    public static IReadOnlyList<KnownRuntime> Known(params IEnumerable<string> versions) =>
        [.. from version in versions from framework in (string[])["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"] select new KnownRuntime(framework, NuGetVersion.Parse(version))];

    /// <summary>An empty cache in place of the one that builds have filled.</summary>
    public LayerCache NewCache() => new(directory.Combine($"cache-{Guid.NewGuid():n}"), 1L << 30);

    public DotNetRuntimeUpdater Updater(string? version, RuntimeUpdatePolicy policy = RuntimeUpdatePolicy.LatestPatch, LayerCache? cache = null, params IEnumerable<string> known) =>
        new(ResolveAsync, cache ?? Cache, Known(known), version is null ? null : NuGetVersion.Parse(version), policy);

    /// <summary>Packs as a restore would give them.</summary>
    public Task<IReadOnlyList<ResolvedPack>> ResolveAsync(IReadOnlyList<RequiredPack> packs, CancellationToken cancellationToken)
    {
        foreach (RequiredPack pack in packs) asked.Enqueue(pack);
        return Task.FromResult<IReadOnlyList<ResolvedPack>>([.. packs.Select(Pack)]);
    }

    /// <summary>Publishes an app.</summary>
    /// <param name="config">Its <c>runtimeconfig.json</c>.</param>
    /// <param name="version">The runtime that the build adds.</param>
    /// <param name="change">Changes what the build says of the app.</param>
    /// <param name="runImageDotNet">The .NET of the run image.</param>
    /// <param name="labels">Labels that the user sets.</param>
    public async Task<BuildpacksImage> BuildAsync(string config, string version, Func<PublishedProject, PublishedProject>? change = null, string? runImageDotNet = null, params IEnumerable<KeyValuePair<string, string>> labels)
    {
        using AppDirectory app = new AppDirectory().With("Web.runtimeconfig.json", config).With("Web", AppDirectory.Program()).With("Web.dll");
        PublishedProject project = AppDirectory.Project() with { RuntimeVersion = NuGetVersion.Parse(version) };
        return await BuildAsync(change?.Invoke(project) ?? project, app.Path, packs => Task.FromResult<IReadOnlyList<ResolvedPack>>([.. packs.Select(Pack)]), runImageDotNet, labels);
    }

    /// <summary>Publishes an app that was published to a directory.</summary>
    public async Task<BuildpacksImage> BuildAsync(
        PublishedProject project, string app, Func<IEnumerable<RequiredPack>, Task<IReadOnlyList<ResolvedPack>>> resolve, string? runImageDotNet = null, params IEnumerable<KeyValuePair<string, string>> labels)
    {
        ResolvedImage runImage = await RunImageAsync(runImageDotNet);
        var state = new ImageDirectory(directory.Combine($"build-{Interlocked.Increment(ref builds)}"));

        AnalyzedFile analyzed = (await new Analyzer(state).AnalyzeAsync(runImage, null, CancellationToken.None)).File;
        PublishedApp published = await PublishedApp.ReadAsync(project, app, CancellationToken.None);
        IReadOnlyList<ResolvedPack> packs = await resolve(RuntimePlan.For(published, analyzed.RunImage.Facts).Packs);
        var environment = new Dictionary<string, string>();
        IBuildpack[] buildpacks = [new DotNetRuntimeBuildpack(project, packs), new DotNetAppBuildpack(project, packs, Cache)];
        await new Detector(state).DetectAsync(
            [new OrderGroup([new OrderEntry(buildpacks[0], Optional: true), new OrderEntry(buildpacks[1])])], new DetectContext(app, analyzed.RunImage.Facts, environment), CancellationToken.None);
        await new Restorer(state, new BuildpackLayerCache(Cache, "app")).RestoreAsync(CancellationToken.None);
        await new Builder(state).BuildAsync(buildpacks, new BuildSettings(app, "/app", environment), CancellationToken.None);
        ExportedImage exported = await new Exporter(state, Cache).ExportAsync(runImage, app, new ExportSettings
        {
            Labels = labels.ToDictionary(),
            Environment = [.. project.Environment.Select(static variable => new EnvironmentVariable(variable.Key, variable.Value, EnvironmentAction.Override))],
        }, CancellationToken.None);
        return BuildpacksImage.Read(exported.Image, "shop/web:1.4");
    }

    /// <summary>The same image with a part of its label changed.</summary>
    public static BuildpacksImage WithLabel(BuildpacksImage image, string part, string other)
    {
        string label = image.Image.Config.Labels[LifecycleMetadata.Label];
        Assert.Contains(part, label);
        return BuildpacksImage.Read(
            image.Image.WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, label.Replace(part, other, StringComparison.Ordinal))])), image.Name);
    }

    public void Dispose() => directory.Dispose();

    private async Task<ResolvedImage> RunImageAsync(string? dotNet)
    {
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("etc/os-release", FileContent.FromBytes("ID=acme\n"u8.ToArray()))]);
        Image image = Image.Empty(new Platform("linux", "amd64")).Append(await Cache.GetOrCreateAsync(contents, LayerCompression.Balanced, CancellationToken.None));
        if (dotNet is not null) image = image.WithConfig(config => config.WithEnvironmentVariable("DOTNET_VERSION", dotNet));
        return new ResolvedImage("registry.example.com/base:1", $"registry.example.com/base@{image.Digest}", image);
    }

    private ResolvedPack Pack(RequiredPack pack)
    {
        string framework = pack.Id[..pack.Id.IndexOf(".Runtime.", StringComparison.Ordinal)];
        string[] files =
        [
            $"lib/net10.0/{framework}.deps.json", $"lib/net10.0/{framework}.runtimeconfig.json", $"lib/net10.0/{framework}.dll",
            .. framework == FrameworkReference.NetCoreApp ? (string[])["native/libhostfxr.so", "native/libhostpolicy.so", "native/libcoreclr.so", "native/libclrgc.so", "native/createdump"] : [],
        ];
        string root = $"packs/{pack.Id}/{pack.Version}";
        foreach (string file in files)
        {
            if (!File.Exists(directory.Combine($"{root}/runtimes/linux-x64/{file}"))) directory.Write($"{root}/runtimes/linux-x64/{file}", $"{file} of {pack}");
        }
        return new ResolvedPack(pack, directory.Combine(root));
    }
}

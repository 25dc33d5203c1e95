using BuildpackTasks.Oci;
using BuildpackTasks.Publisher;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A fleet in a registry of its own, whose run image has a newer version.</summary>
internal sealed class FleetCase : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly RegistryClient registries = new(new BuildpackTasks.Oci.RegistryOptions());

    private FleetCase(RegistryServer registry, GeneratedFleet fleet)
    {
        Registry = registry;
        Fleet = fleet;
        Contents = new RegistryContents(registry);
        Rebase = new LowestLayerRebase(registries, ImageReference.Parse(fleet.RunImage)).RebaseAsync;
    }

    public RegistryServer Registry { get; }

    public GeneratedFleet Fleet { get; }

    public RegistryContents Contents { get; }

    /// <summary>The state's directory.</summary>
    public string State => directory.Combine("state");

    /// <summary>The digest of the run image's new layer.</summary>
    public string NewBase { get; private init; } = "";

    /// <summary>What the images' tags named at first, in the order of the images.</summary>
    public IReadOnlyList<string> Old { get; private set; } = [];

    /// <summary>Computes what becomes of an image.</summary>
    public Func<TaggedImage, string, CancellationToken, Task<RebaseResult>> Rebase { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public static async Task<FleetCase> CreateAsync(FleetShape shape, CancellationToken cancellationToken)
    {
        RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: cancellationToken);
        GeneratedFleet fleet = GeneratedFleet.Create(registry, shape);
        var @case = new FleetCase(registry, fleet) { NewBase = fleet.MoveRunImage(2) };
        @case.Old = await @case.DigestsAsync(cancellationToken);
        await registry.ClearRequestsAsync(cancellationToken);
        return @case;
    }

    public FleetSettings Settings(string? keepTag = null, bool dryRun = false) => new()
    {
        Directory = State,
        KeepTag = keepTag is null ? null : KeepTag.Parse(keepTag),
        DryRun = dryRun,
        Request = new Dictionary<string, string> { ["RunImage"] = Fleet.RunImage },
    };

    /// <summary>A file with names, one a line.</summary>
    public string List(params IEnumerable<string> names) => directory.Write("fleet.txt", string.Join('\n', names) + "\n");

    public string Write(string name, string text) => directory.Write(name, text);

    public ITaggedStore Open(ImageLocation location) => (ITaggedStore)location.OpenStore(registries, null)!;

    /// <summary>Rebases images: all of them, or those that are named.</summary>
    public Task<FleetSummary> RunAsync(FleetSettings settings, CancellationToken cancellationToken, params string[] names) =>
        new FleetRebaser(Open, Rebase, settings, Time).RunAsync((names.Length == 0 ? Fleet.Names : names).Select(name => FleetItem.Parse(name, directory.Path)).ToAsyncEnumerable(), null, cancellationToken);

    public Task<FleetSummary> RollBackAsync(string file, CancellationToken cancellationToken, bool force = false) =>
        new FleetRollback(Open, Settings(), force, Time).RunAsync(file, null, cancellationToken);

    /// <summary>What the images' tags name.</summary>
    public async Task<string[]> DigestsAsync(CancellationToken cancellationToken)
    {
        var digests = new List<string>();
        foreach ((string repository, string tag) in Fleet.Images) digests.Add(await Contents.DigestOfAsync(repository, tag, cancellationToken) ?? "none");
        return [.. digests];
    }

    /// <summary>Asserts that images are whole, on the new base, and have their own layers as they were.</summary>
    public async Task AssertRebasedAsync(CancellationToken cancellationToken, params IEnumerable<int> images)
    {
        foreach (int i in images)
        {
            (string repository, string tag) = Fleet.Images[i];
            CollectionAssert.AreEqual(new[] { NewBase, Fleet.SharedLayer, Fleet.AppLayers[i] }, (await Contents.LayersAsync(repository, tag, cancellationToken)).ToArray());
            Assert.AreEqual("", string.Join('\n', await Contents.ProblemsAsync(repository, tag, cancellationToken)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        registries.Dispose();
        await Registry.DisposeAsync();
        directory.Dispose();
    }
}

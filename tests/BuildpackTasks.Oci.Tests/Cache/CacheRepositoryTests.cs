using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class CacheRepositoryTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_layer_that_one_machine_added_is_found_by_another_and_mounted()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        KnownLayer layer = await LayerAsync("packages");
        await Repository(client, registry, "one").AddAsync([layer], Token);
        using var other = new RegistryClient(new RegistryOptions());
        LayerCache cache = new LayerCache(directory.Combine("other"), long.MaxValue).Knowing(null, Repository(other, registry, "other"));
        await registry.ClearRequestsAsync(Token);

        KnownLayer found = await cache.GetOrCreateAsync(Contents("packages"), LayerCompression.Balanced, Token);
        await new RegistryStore(other, ImageReference.Parse($"{registry.Host}/shop/web")).WriteAsync(Image.Empty(TestImage.Platform).Append(found), ["1"], null, Token);

        Assert.AreEqual(LayerOrigin.CacheRepository, found.Origin);
        Assert.AreEqual(layer.Descriptor, found.Descriptor);
        Assert.AreEqual(layer.DiffId, found.DiffId);
        Assert.IsEmpty(Directory.GetFiles(directory.Combine("other"), layer.Descriptor.Digest.Hex, SearchOption.AllDirectories));
        IReadOnlyList<Testing.RegistryRequest> requests = await registry.GetRequestsAsync(Token);
        Assert.AreEqual(
            $"POST /v2/shop/web/blobs/uploads/?mount=sha256%3A{layer.Descriptor.Digest.Hex}&from=team%2Fcache 201",
            string.Join('\n', requests.Where(request => request.Method != "HEAD" && request.Path.Contains(layer.Descriptor.Digest.Hex, StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task A_layer_that_is_in_another_repository_already_is_mounted_and_not_sent()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        KnownLayer layer = await LayerAsync("packages");
        var web = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/shop/web:1"));
        Image image = Image.Empty(TestImage.Platform).Append(layer);
        await web.WriteAsync(image, ["1"], null, Token);
        await registry.ClearRequestsAsync(Token);

        await Repository(client, registry, "one").AddAsync([new KnownLayer(layer.Fingerprint, LayerOrigin.Created, web.Layer(layer.Descriptor, layer.DiffId, image.Digest))], Token);

        IReadOnlyList<Testing.RegistryRequest> requests = await registry.GetRequestsAsync(Token);
        Assert.AreEqual(1, requests.Count(static request => request.Path.Contains("mount=", StringComparison.Ordinal) && request.Status == 201), string.Join('\n', requests));
        Assert.AreEqual(1, requests.Count(static request => request.Method == "PUT" && request.Path.Contains("/blobs/", StringComparison.Ordinal)), "The config alone is sent.");
    }

    [TestMethod]
    public async Task What_is_not_there_is_asked_for_once()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        CacheRepository repository = Repository(client, registry, "one");

        Assert.IsNull(await repository.FindAsync(Digest.Of([1]), Token));
        Assert.IsNull(await repository.FindAsync(Digest.Of([1]), Token));

        Assert.AreEqual($"GET /v2/team/cache/manifests/layer-{Digest.Of([1]).Hex} 404", string.Join('\n', await registry.GetRequestsAsync(Token)));
    }

    [TestMethod]
    public async Task A_layer_whose_bytes_the_registry_lost_is_not_known()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        KnownLayer layer = await LayerAsync("packages");
        await Repository(client, registry, "one").AddAsync([layer], Token);
        registry.Lose(layer.Descriptor.Digest.Hex);

        Assert.IsNull(await Repository(client, registry, "two").FindAsync(layer.Fingerprint, Token));
    }

    [TestMethod]
    public async Task A_tag_that_was_moved_to_something_else_is_not_believed()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        KnownLayer mine = await LayerAsync("mine");
        KnownLayer theirs = await LayerAsync("theirs");
        await Repository(client, registry, "one").AddAsync([theirs], Token);
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/cache:layer-{theirs.Fingerprint.Hex}"));
        Image other = (await store.ReadAsync(null, new Platform("unknown", "unknown"), Token))!;
        await store.WriteAsync(other, [$"layer-{mine.Fingerprint.Hex}"], null, Token);
        await store.WriteAsync(await TestImage.CreateAsync(directory.Combine("app"), Token, "an app"), [$"layer-{Digest.Of([7]).Hex}"], null, Token);

        CacheRepository repository = Repository(client, registry, "two");
        Assert.IsNull(await repository.FindAsync(mine.Fingerprint, Token));
        Assert.IsNull(await repository.FindAsync(Digest.Of([7]), Token));
        Assert.IsNotNull(await repository.FindAsync(theirs.Fingerprint, Token));
    }

    [TestMethod]
    public async Task A_repository_that_does_not_answer_is_said_once_each_way_and_stops_nothing()
    {
        using var client = new RegistryClient(new RegistryOptions { Attempts = 1 });
        var warnings = new List<CodedWarning>();
        string host = $"localhost:{FreePort.Next()}";
        var repository = new CacheRepository(client, ImageReference.Parse($"{host}/team/cache"), new LayerCache(directory.Combine("content"), long.MaxValue).Content, warnings.Add);
        LayerCache cache = new LayerCache(directory.Combine("cache"), long.MaxValue).Knowing(null, repository);

        KnownLayer one = await cache.GetOrCreateAsync(Contents("one"), LayerCompression.Balanced, Token);
        KnownLayer two = await cache.GetOrCreateAsync(Contents("two"), LayerCompression.Balanced, Token);
        await repository.AddAsync([one, two], Token);

        Assert.IsTrue(one.Created && two.Created);
        Assert.AreEqual("BPT1131 BPT1132", string.Join(' ', warnings.Select(static warning => warning.Code)));
        Assert.StartsWith($"The cache repository {host}/team/cache is not used, since it cannot be read: ", warnings[0].Message);
        Assert.StartsWith($"The layers of this build are not in the cache repository {host}/team/cache, since it cannot be written: ", warnings[1].Message);
    }

    private CacheRepository Repository(RegistryClient client, RegistryServer registry, string machine) => new(
        client,
        ImageReference.Parse($"{registry.Host}/team/cache"),
        new LayerCache(directory.Combine(machine), long.MaxValue).Content,
        static warning => Assert.Fail($"{warning.Code}: {warning.Message}"));

    private Task<KnownLayer> LayerAsync(string text) =>
        new LayerCache(directory.Combine("made"), long.MaxValue).GetOrCreateAsync(Contents(text), LayerCompression.Balanced, Token);

    private static LayerContents Contents(string text) =>
        LayerContents.Create([LayerEntry.ForFile("app/file", FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(text)))]);
}

using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryTrafficTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_push_counts_its_requests_and_the_bytes_of_their_bodies()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");

        await Store(client, registry).WriteAsync(image, ["1.0"], null, Token);

        var requests = await registry.GetRequestsAsync(Token);
        long blobs = image.Layers.Sum(static layer => layer.Descriptor.Size) + image.ConfigDescriptor.Size;
        Assert.AreEqual(blobs + image.ManifestBytes.Length, client.Traffic.BytesSent);
        Assert.AreEqual(requests.Count, client.Traffic.Requests, string.Join('\n', requests));
    }

    [TestMethod]
    public async Task A_pull_counts_what_is_read_and_a_difference_counts_one_phase()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        ILayer large = await TestImage.LargeLayerAsync(directory.Path, 300_000, Token);
        Image image = Image.Empty(TestImage.Platform).Append(large);
        await Store(client, registry).WriteAsync(image, ["1.0"], null, Token);
        RegistryTraffic before = client.Traffic;

        Image read = (await Store(client, registry).ReadAsync("1.0", TestImage.Platform, Token))!;
        await LayerBytes.CompressedAsync(read.Layers[0], Token);

        Assert.AreEqual(
            new RegistryTraffic(3, 0, image.ManifestBytes.Length + image.ConfigDescriptor.Size + large.Descriptor.Size),
            client.Traffic.Since(before));
    }

    [TestMethod]
    public async Task What_an_attempt_sends_in_vain_counts_too()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int puts = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(
            registry.Url, request => request.Method == "PUT" && request.Length > 100_000 && puts++ == 0 ? new Fault(FaultKind.LoseAnswer) : null);
        using var client = new RegistryClient(new RegistryOptions());
        ILayer large = await TestImage.LargeLayerAsync(directory.Path, 50_000, Token);
        ILayer larger = await TestImage.LargeLayerAsync(directory.Path, 300_000, Token);

        await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web")).WriteAsync(Image.Empty(TestImage.Platform).Append(large).Append(larger), ["1"], null, Token);

        Assert.AreEqual(proxy.Requests.Count, client.Traffic.Requests);
        Assert.AreEqual(proxy.Requests.Sum(static request => request.Length), client.Traffic.BytesSent);
    }

    private static RegistryStore Store(RegistryClient client, RegistryServer registry) => new(client, ImageReference.Parse($"{registry.Host}/web"));
}

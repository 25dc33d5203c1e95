namespace BuildpackTasks.Testing.Tests;

[TestClass]
public sealed class CountingProxyTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Counts_what_passes_in_both_directions_and_keeps_clients_on_it()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        await using var proxy = new CountingProxy(registry.Port);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{proxy.Host}") };

        using var upload = await client.PostAsync(new Uri("/v2/a/blobs/uploads/", UriKind.Relative), null, TestContext.CancellationToken);
        using var content = new ByteArrayContent(new byte[100_000]);
        using var sent = await client.PatchAsync(upload.Headers.Location, content, TestContext.CancellationToken);

        Assert.AreEqual(proxy.Host, upload.Headers.Location!.Authority);
        Assert.IsTrue(sent.IsSuccessStatusCode);
        Assert.IsInRange(100_000, 102_000, proxy.BytesSent);
        Assert.IsInRange(100, 4_000, proxy.BytesReceived);
        Assert.AreEqual(1, proxy.Connections);
        Assert.HasCount(2, await registry.GetRequestsAsync(TestContext.CancellationToken));
    }
}

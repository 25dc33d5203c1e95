using System.Net;

namespace BuildpackTasks.Testing.Tests;

[TestClass]
public sealed class RegistryServerTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Lists_the_requests_of_others_in_order_and_not_its_own()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        using var client = new HttpClient { BaseAddress = registry.Url };

        using var first = await client.GetAsync(new Uri("/v2/", UriKind.Relative), TestContext.CancellationToken);
        using var second = await client.GetAsync(new Uri("/v2/a/tags/list?n=1", UriKind.Relative), TestContext.CancellationToken);
        var requests = await registry.GetRequestsAsync(TestContext.CancellationToken);

        Assert.AreEqual("GET /v2/ 200, GET /v2/a/tags/list?n=1 404", string.Join(", ", requests));
        Assert.AreEqual(2, requests[0].ResponseBytes);
        await registry.ClearRequestsAsync(TestContext.CancellationToken);
        Assert.IsEmpty(await registry.GetRequestsAsync(TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Refuses_whoever_does_not_know_the_password()
    {
        var options = new RegistryOptions { User = "ann", Password = "s3cret" };
        await using var registry = await RegistryServer.StartAsync(options, TestContext.CancellationToken);
        using var stranger = new HttpClient();
        using var client = registry.CreateClient();

        using var refused = await stranger.GetAsync(new Uri(registry.Url, "/v2/"), TestContext.CancellationToken);
        using var accepted = await client.GetAsync(new Uri("/v2/", UriKind.Relative), TestContext.CancellationToken);

        Assert.AreEqual(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.AreEqual(HttpStatusCode.OK, accepted.StatusCode);
    }

    [TestMethod]
    public async Task Speaks_TLS_that_only_its_own_authority_vouches_for()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { Tls = true }, TestContext.CancellationToken);
        using var stranger = new HttpClient();

        await Assert.ThrowsExactlyAsync<HttpRequestException>(() => stranger.GetAsync(new Uri(registry.Url, "/v2/"), TestContext.CancellationToken));
        var skopeo = await Command.RunAsync(
            "skopeo",
            ["list-tags", $"docker://{registry.Host}/nothing"],
            environment: [new("SSL_CERT_FILE", registry.CertificateAuthorityFile)],
            cancellationToken: TestContext.CancellationToken);

        Assert.Contains("404 (Not Found)", skopeo.Error);
    }
}

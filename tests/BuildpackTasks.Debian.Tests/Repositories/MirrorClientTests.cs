using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class MirrorClientTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task The_password_of_a_proxy_is_sent_to_it_and_not_shown_when_it_is_refused()
    {
        await using WebServer proxy = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 407;
            context.Response.Headers.ProxyAuthenticate = "Basic realm=\"x\"";
            return Task.CompletedTask;
        });
        using var client = new MirrorClient(new Uri($"http://ada:canary@{proxy.Host}"));

        DebianException error = await Assert.ThrowsExactlyAsync<DebianException>(
            () => client.TryGetAsync(new Uri("https://mirror.invalid/debian/InRelease"), null, 1000, TestContext.CancellationToken));

        Assert.AreEqual("BPT4011", error.Code);
        Assert.Contains("407", error.Message);
        Assert.DoesNotContain("canary", error.ToString());
        Assert.IsNotEmpty(proxy.Requests);
    }
}

using System.Net;
using BuildpackTasks.Testing;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryFaultTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("GET /v2/web/manifests/1", 503)]
    [DataRow("GET /v2/web/manifests/1", 500)]
    [DataRow("GET /v2/web/manifests/1", 429)]
    [DataRow("GET /v2/web/manifests/1", 0)]
    [DataRow("GET /v2/web/blobs/", 502)]
    [DataRow("GET /v2/web/blobs/", 0)]
    [DataRow("HEAD /v2/web/blobs/", 504)]
    [DataRow("POST /v2/web/blobs/uploads/", 408)]
    [DataRow("POST /v2/web/blobs/uploads/", 0)]
    [DataRow("PUT /v2/web/blobs/uploads/", 503)]
    [DataRow("PUT /v2/web/blobs/uploads/", 404)]
    [DataRow("PUT /v2/web/blobs/uploads/", 0)]
    [DataRow("PUT /v2/web/manifests/1", 500)]
    [DataRow("PUT /v2/web/manifests/1", 0)]
    public async Task A_fault_that_passes_changes_nothing_but_the_time(string request, int status)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int faults = 2;
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (!$"{context.Request.Method} {context.Request.Path}".StartsWith(request, StringComparison.Ordinal) || Interlocked.Decrement(ref faults) < 0) return false;
            await FailAsync(context, status);
            return true;
        });
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 300_000, Token));

        await store.WriteAsync(image, ["1"], null, Token);
        Image? read = await store.ReadAsync("1", TestImage.Platform, Token);

        await TestImage.AssertSameAsync(image, read, Token);
        Assert.IsLessThan(0, faults);
        Assert.IsEmpty(Directory.GetFiles(registry.Root, "startedat", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task Retries_wait_twice_as_long_each_time_and_end()
    {
        await using WebServer server = await WebServer.StartAsync(static context => FailAsync(context, 503));
        var time = new RecordedTime();

        OciException error = await ReadFailsAsync(server, new RegistryOptions { Time = time });

        Assert.AreEqual("BPT1114", error.Code);
        Assert.AreEqual(4, server.Requests.Length);
        double[] expected = [0.5, 1, 2];
        Assert.HasCount(expected.Length, time.Delays);
        foreach ((double least, TimeSpan delay) in expected.Zip(time.Delays)) Assert.IsInRange(least, least * 1.11, delay.TotalSeconds);
    }

    [TestMethod]
    public async Task A_registry_that_has_worked_before_gets_more_patience()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Method == "POST" ? new Fault(FaultKind.CutBeforeBody) : null);
        var time = new RecordedTime();
        using var client = new RegistryClient(new RegistryOptions { Time = time });

        await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web")).WriteAsync(Image.Empty(TestImage.Platform), ["1"], null, Token));

        Assert.HasCount(5, time.Delays);
        Assert.IsInRange(8, 8.9, time.Delays[^1].TotalSeconds);
    }

    [TestMethod]
    public async Task Retry_After_is_honoured()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return FailAsync(context, 429);
        });
        var time = new RecordedTime();

        OciException error = await ReadFailsAsync(server, new RegistryOptions { Time = time, Attempts = 2 });

        Assert.AreEqual("BPT1113", error.Code);
        CollectionAssert.AreEqual(new[] { TimeSpan.FromSeconds(7) }, time.Delays);
    }

    [TestMethod]
    public async Task A_registry_that_asks_for_an_hour_is_not_waited_for()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return FailAsync(context, 429);
        });
        var time = new RecordedTime();

        OciException error = await ReadFailsAsync(server, new RegistryOptions { Time = time });

        Assert.AreEqual("BPT1113", error.Code);
        Assert.IsEmpty(time.Delays);
    }

    [TestMethod]
    public async Task A_registry_that_is_down_is_a_coded_error()
    {
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"127.0.0.1:{FreePort.Next()}/web:1"));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1102", error.Code);
        Assert.Contains("Connection refused", error.Message);
    }

    [TestMethod]
    public async Task A_host_that_does_not_exist_is_a_coded_error()
    {
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse("no-such-host.invalid/web:1"));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1101", error.Code);
        Assert.AreEqual("The host 'no-such-host.invalid' was not found. Check the registry's name and the machine's network.", error.Message);
    }

    [TestMethod]
    public async Task A_web_site_is_not_a_registry()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("<html>nothing here</html>");
        });

        Assert.AreEqual("BPT1105", (await ReadFailsAsync(server)).Code);
    }

    [TestMethod]
    public async Task A_registrys_own_words_are_quoted_on_one_clean_line()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 418;
            return context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = "DENIED", message = "no\r\n\u001b[31mtea\u0007 \u202e" + new string('x', 500) } } });
        });

        OciException error = await ReadFailsAsync(server);

        Assert.AreEqual("BPT1114", error.Code);
        Assert.Contains("(it says: no [31mtea xxx", error.Message);
        Assert.IsFalse(error.Message.Any(char.IsControl));
        Assert.IsLessThan(500, error.Message.Length);
    }

    [TestMethod]
    public async Task A_repository_that_is_not_created_on_a_push_is_a_coded_error()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 404;
            return context.Request.Method == "HEAD" ? Task.CompletedTask
                : context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = "NAME_UNKNOWN", message = "The repository does not exist" } } });
        });
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{server.Host}/web"));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(Image.Empty(TestImage.Platform), ["1"], null, Token));

        Assert.AreEqual("BPT1108", error.Code);
        Assert.AreEqual($"The registry has no repository {server.Host}/web and does not create it on a push (it says: The repository does not exist). Create it there first, or set another ContainerRepository.", error.Message);
    }

    [TestMethod]
    public async Task A_layer_that_is_cut_off_is_a_coded_error_for_who_reads_it()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 300_000, Token));
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, context => AnswerBlobAsync(context, image.Layers[0].Descriptor, async () =>
        {
            context.Response.ContentLength = image.Layers[0].Descriptor.Size;
            await context.Response.Body.WriteAsync(new byte[1000]);
            await context.Response.Body.FlushAsync();
            await Task.Delay(200); // What is on its way may arrive.
            context.Abort();
        }));
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));
        await store.WriteAsync(image, ["1"], null, Token);
        Image read = (await store.ReadAsync("1", TestImage.Platform, Token))!;

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => LayerBytes.CompressedAsync(read.Layers[0], Token));

        Assert.AreEqual("BPT1111", error.Code);
    }

    [TestMethod]
    public async Task A_layer_with_another_digest_is_a_coded_error_for_who_reads_it()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 300_000, Token));
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, context =>
            AnswerBlobAsync(context, image.Layers[0].Descriptor, () => context.Response.Body.WriteAsync(new byte[image.Layers[0].Descriptor.Size]).AsTask()));
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));
        await store.WriteAsync(image, ["1"], null, Token);
        Image read = (await store.ReadAsync("1", TestImage.Platform, Token))!;

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => LayerBytes.CompressedAsync(read.Layers[0], Token));

        Assert.AreEqual("BPT1110", error.Code);
    }

    [TestMethod]
    public async Task A_cancelled_push_leaves_no_session_and_no_tag()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var stop = new CancellationTokenSource();
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (context.Request.Method != "PUT") return false;
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
            return true;
        });
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        await Assert.ThrowsAsync<OperationCanceledException>(() => store.WriteAsync(Image.Empty(TestImage.Platform), ["1"], null, stop.Token));

        Assert.IsNull(await store.ReadAsync("1", TestImage.Platform, Token));
        Assert.IsEmpty(Directory.GetFiles(registry.Root, "startedat", SearchOption.AllDirectories));
    }

    private async Task<OciException> ReadFailsAsync(WebServer server, RegistryOptions? options = null)
    {
        using var client = new RegistryClient(options ?? new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{server.Host}/web:1"));
        return await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, TestImage.Platform, Token));
    }

    private static async Task<bool> AnswerBlobAsync(HttpContext context, Descriptor blob, Func<Task> answer)
    {
        if (context.Request.Method != "GET" || !context.Request.Path.Value!.EndsWith(blob.Digest.ToString(), StringComparison.Ordinal)) return false;
        await answer();
        return true;
    }

    private static async Task FailAsync(HttpContext context, int status)
    {
        if (status == 0)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = status;
        if (context.Request.Method != "HEAD") await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = "UNKNOWN", message = ((HttpStatusCode)status).ToString() } } });
    }
}

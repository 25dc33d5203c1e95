using BuildpackTasks.Testing;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Registries that differ from the specification, or from most others: a real one behind a front that acts so.</summary>
[TestClass]
public sealed class RegistryQuirkTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_storage_that_only_serves_what_it_is_asked_to_read_does_not_keep_a_blob_from_being_sent()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using WebServer storage = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, context =>
        {
            if (context.Request.Method != "HEAD" || !context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"http://localhost:{storage.Url.Port}/signed-for-reading";
            return Task.FromResult(true);
        });
        using var client = new RegistryClient(new RegistryOptions());
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 300_000, Token));
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        await store.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
        Assert.IsGreaterThan(0, storage.Requests.Length);
    }

    [TestMethod]
    [DataRow(403)]
    [DataRow(405)]
    public async Task A_registry_that_lets_nobody_look_is_written_all_the_same(int status)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Method == "HEAD" ? new Fault(FaultKind.Answer, status) : null);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        await store.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
    }

    [TestMethod]
    [DataRow(400, "TAG_INVALID", "The image tag '1' already exists in the 'web' repository and cannot be overwritten because the repository is immutable.")]
    [DataRow(412, "PRECONDITION", "Failed to process request due to 'web:1' configured as immutable.")]
    [DataRow(409, "CONFLICT", "tag is immutable")]
    public async Task A_tag_that_may_not_be_replaced_is_said(int status, string code, string message)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)) return false;
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code, message } } });
            return true;
        });
        using var client = new RegistryClient(new RegistryOptions());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web")).WriteAsync(Image.Empty(TestImage.Platform), ["1"], null, Token));

        Assert.AreEqual("BPT1122", error.Code);
        Assert.AreEqual(
            $"The tag '1' of {proxy.Host}/web has another image and the registry does not let it be replaced (it says: {message}). Publish under another tag (ContainerImageTag), or have the repository's tags be mutable.",
            error.Message);
    }

    [TestMethod]
    public async Task A_tag_that_may_not_be_replaced_and_has_the_image_already_is_fine()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int puts = 0;
        await using WebServer immutable = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal) || Interlocked.Increment(ref puts) == 1) return false;
            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new { errors = new[] { new { code = "TAG_INVALID", message = "it is there" } } });
            return true;
        });
        int lost = 0;
        await using FaultProxy losing = await FaultProxy.StartAsync(immutable.Url, request =>
            request.Method == "PUT" && request.Path.Contains("/manifests/", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1 ? new Fault(FaultKind.LoseAnswer) : null);
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{losing.Host}/web"));

        await store.WriteAsync(Image.Empty(TestImage.Platform), ["1"], null, Token);

        Assert.AreEqual(2, puts);
    }

    [TestMethod]
    public async Task A_manifest_that_was_changed_on_its_way_is_replaced()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int changed = 0;
        Image image = Image.Empty(TestImage.Platform);
        using var sender = new HttpClient();
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal) || Interlocked.Increment(ref changed) > 1) return false;
            using var reader = new StreamReader(context.Request.Body);
            using var content = new StringContent(await reader.ReadToEndAsync() + " ");
            content.Headers.ContentType = new(image.Descriptor.MediaType);
            using HttpResponseMessage stored = await sender.PutAsync(new Uri(registry.Url, context.Request.Path.Value), content);
            context.Response.StatusCode = (int)stored.StatusCode;
            context.Response.Headers["Docker-Content-Digest"] = stored.Headers.GetValues("Docker-Content-Digest").Single();
            return true;
        });
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        await store.WriteAsync(image, ["1"], null, Token);

        Assert.AreEqual(2, changed);
        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
    }

    [TestMethod]
    public async Task A_blob_of_another_length_is_not_taken_for_the_one_that_is_looked_for()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, static context =>
        {
            if (context.Request.Method != "HEAD" || !context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Response.ContentLength = 7;
            return Task.FromResult(true);
        });
        using var client = new RegistryClient(new RegistryOptions());
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 300_000, Token));
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        await store.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
    }
}

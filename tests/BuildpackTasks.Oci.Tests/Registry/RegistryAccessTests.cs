using System.Security.Cryptography.X509Certificates;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryAccessTests
{
    private static readonly Testing.RegistryOptions Protected = new() { User = "ada", Password = "pa:ss-canary" };

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Right_credentials_push_and_pull_with_one_refusal_at_the_start()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(Protected, Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = Variables("ada", "pa:ss-canary") });
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one");

        await store.EnsureWritableAsync(Token);
        await store.WriteAsync(image, ["1"], null, Token);

        Assert.HasCount(1, (await registry.GetRequestsAsync(Token)).Where(static request => request.Status == 401));
        using var reader = new RegistryClient(new RegistryOptions { Credentials = Variables("ada", "pa:ss-canary") with { OutputRegistry = registry.Host } });
        await TestImage.AssertSameAsync(image, await new RegistryStore(reader, ImageReference.Parse($"{registry.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token), Token);
    }

    [TestMethod]
    public async Task Wrong_credentials_are_named_and_not_shown()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(Protected, Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = Variables("ada", "wrong-canary") });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web")).EnsureWritableAsync(Token));

        Assert.AreEqual("BPT1106", error.Code);
        Assert.Contains("the credentials from DOTNET_CONTAINER_REGISTRY_UNAME and _PWORD were refused", error.Message);
        Assert.DoesNotContain("canary", error.ToString());
    }

    [TestMethod]
    public async Task Without_credentials_the_error_says_where_was_looked()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(Protected, Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(new Dictionary<string, string>(), directory.Path) });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual(
            $"The registry does not let {registry.Host}/web be used: it wants credentials and there are none in DOTNET_CONTAINER_PULL_REGISTRY_UNAME and _PWORD, ~/.docker/config.json, ~/.config/containers/auth.json (it says: authentication required). Check that the repository exists and run 'docker login {registry.Host}', or set DOTNET_CONTAINER_REGISTRY_UNAME and DOTNET_CONTAINER_REGISTRY_PWORD.",
            error.Message);
    }

    [TestMethod]
    public async Task A_registry_whose_authority_is_trusted_is_spoken_to_over_TLS()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(Protected with { Tls = true }, Token);
        using var client = new RegistryClient(new RegistryOptions
        {
            Credentials = Variables("ada", "pa:ss-canary") with { OutputRegistry = registry.Host },
            TrustedRoots = [X509CertificateLoader.LoadCertificateFromFile(registry.CertificateAuthorityFile!)],
        });
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        Image image = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token));

        await store.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
    }

    [TestMethod]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(new Testing.RegistryOptions { Tls = true }, Token);
        using var client = new RegistryClient(new RegistryOptions { InsecureRegistries = [registry.Host] });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1104", error.Code);
        Assert.EndsWith("Add the certificate authority to the system's store, or set SSL_CERT_FILE to a PEM file with it.", error.Message);
    }

    [TestMethod]
    public async Task Credentials_do_not_follow_a_redirect_to_another_host()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one");
        using var plain = new RegistryClient(new RegistryOptions());
        await new RegistryStore(plain, ImageReference.Parse($"{registry.Host}/web")).WriteAsync(image, ["1"], null, Token);
        var shown = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using WebServer storage = await WebServer.ProxyAsync(registry.Url, context =>
        {
            shown.Enqueue(context.Request.Headers.Authorization.ToString());
            return Task.FromResult(false);
        });
        await using WebServer front = await WebServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization.Count == 0)
            {
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            }
            else
            {
                context.Response.StatusCode = 307;
                context.Response.Headers.Location = $"http://localhost:{storage.Url.Port}{context.Request.Path}";
            }
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(new RegistryOptions { Credentials = Variables("ada", "canary") with { OutputRegistry = front.Host } });

        Image? read = await new RegistryStore(client, ImageReference.Parse($"{front.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token);

        await TestImage.AssertSameAsync(image, read, Token);
        Assert.IsGreaterThan(2, shown.Count);
        Assert.IsTrue(shown.All(static header => header.Length == 0));
    }

    [TestMethod]
    public async Task A_host_that_the_registry_points_to_cannot_ask_for_its_credentials()
    {
        await using WebServer other = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"x\"";
            return Task.CompletedTask;
        });
        await using WebServer front = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = $"{other.Url}v2/";
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(new RegistryOptions { Credentials = Variables("ada", "canary") with { OutputRegistry = front.Host } });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{front.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1106", error.Code);
        Assert.HasCount(1, front.Requests);
        Assert.HasCount(1, other.Requests);
    }

    [TestMethod]
    public async Task Redirects_that_never_end_are_ended()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/v2/again";
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(new RegistryOptions());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{server.Host}/web:1")).ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1105", error.Code);
        Assert.HasCount(11, server.Requests);
    }

    [TestMethod]
    public async Task Forbidden_is_said_as_what_is_forbidden()
    {
        await using WebServer server = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(new RegistryOptions());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{server.Host}/web")).EnsureWritableAsync(Token));

        Assert.AreEqual("BPT1107", error.Code);
        Assert.StartsWith($"The registry forbids to write {server.Host}/web: ", error.Message);
    }

    private static CredentialEnvironment Variables(string user, string password) =>
        new(new Dictionary<string, string> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = user, ["DOTNET_CONTAINER_REGISTRY_PWORD"] = password }, null);
}

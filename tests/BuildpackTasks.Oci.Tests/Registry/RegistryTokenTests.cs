using System.Collections.Concurrent;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryTokenTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_push_gets_one_token_and_a_mount_one_that_reads_the_source_too()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        using var client = Client(directory, registry, tokens);
        var run = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/run:1"));
        await run.WriteAsync(await TestImage.CreateAsync(directory.Path, Token, "os", "runtime"), ["1"], null, Token);
        Image image = (await run.ReadAsync(null, TestImage.Platform, Token))!.Append((await TestImage.CreateAsync(directory.Path, Token, "app")).Layers[0]);
        var web = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web"));

        await web.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await web.ReadAsync("1", TestImage.Platform, Token), Token);
        Assert.AreEqual(
            """
            ada repository:team/run:pull
            ada repository:team/run:pull repository:team/web:pull,push
            ada repository:team/run:pull,push
            ada repository:team/web:pull
            ada repository:team/web:pull,push
            """,
            string.Join('\n', tokens.Requests.Order(StringComparer.Ordinal)));
        string log = await RequestLog.DescribeAsync(registry, image, Token);
        Assert.Contains("?mount=layer1&from=team/run 201", log);
        Assert.HasCount(1, log.Split('\n').Where(static line => line.EndsWith(" 401", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_rebase_gets_one_token_to_read_and_one_to_mount_and_no_request_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        using var setUp = Client(directory, registry, tokens);
        await new RegistryStore(setUp, ImageReference.Parse($"{registry.Host}/team/run")).WriteAsync(await TestImage.CreateAsync(directory.Path, Token, "new os"), ["2"], null, Token);
        await new RegistryStore(setUp, ImageReference.Parse($"{registry.Host}/team/web")).WriteAsync(await TestImage.CreateAsync(directory.Path, Token, "os", "app"), ["1"], null, Token);
        using var client = Client(directory, registry, tokens);
        Image onto = (await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/run")).ReadAsync("2", TestImage.Platform, Token))!;
        var web = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web"));
        int before = tokens.Requests.Length;
        await registry.ClearRequestsAsync(Token);

        await web.WriteAsync((await web.ReadTaggedAsync("1", Token))!.Images[0].Rebase(1, onto), ["1"], null, Token);

        // The mount's token serves the config too, unless the config is first.
        string[] asked = [.. tokens.Requests[before..].Where(static request => request != "ada repository:team/web:pull,push")];
        Assert.AreEqual("ada repository:team/web:pull, ada repository:team/run:pull repository:team/web:pull,push", string.Join(", ", asked));
        Assert.HasCount(6, await registry.GetRequestsAsync(Token));
    }

    [TestMethod]
    public async Task Who_has_no_credentials_reads_what_is_public()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one");
        using var owner = Client(directory, registry, tokens);
        await new RegistryStore(owner, ImageReference.Parse($"{registry.Host}/public/web")).WriteAsync(image, ["1"], null, Token);
        using var client = new RegistryClient(new RegistryOptions());

        Image? read = await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/public/web:1")).ReadAsync(null, TestImage.Platform, Token);

        await TestImage.AssertSameAsync(image, read, Token);
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/public/web")).EnsureWritableAsync(Token));
        Assert.AreEqual("BPT1106", error.Code);
    }

    [TestMethod]
    public async Task An_identity_token_is_exchanged()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        string file = Path.Combine(directory.Path, "auth.json");
        await File.WriteAllTextAsync(file, $$$"""{"auths":{"{{{registry.Host}}}":{"auth":"{{{Base64("ignored:")}}}","identitytoken":"{{{tokens.IdentityToken}}}"} } }""", Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(new Dictionary<string, string> { ["REGISTRY_AUTH_FILE"] = file }, null) });

        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web")).EnsureWritableAsync(Token);

        Assert.AreEqual(
            """
            identity token repository:team/web:pull,push
            identity token repository:team/web:delete,pull,push
            """,
            string.Join('\n', tokens.Requests));
        Assert.IsEmpty(Directory.GetFiles(registry.Root, "startedat", SearchOption.AllDirectories));
    }

    [TestMethod]
    public async Task Credentials_that_the_token_server_refuses_are_named_and_not_shown()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        var variables = new Dictionary<string, string> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ada", ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "canary-secret" };
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(variables, null) });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web")).EnsureWritableAsync(Token));

        Assert.AreEqual("BPT1106", error.Code);
        Assert.AreEqual(
            $"The registry does not let {registry.Host}/team/web be used: the credentials from DOTNET_CONTAINER_REGISTRY_UNAME and _PWORD were refused. Check that the repository exists and run 'docker login {registry.Host}', or set DOTNET_CONTAINER_REGISTRY_UNAME and DOTNET_CONTAINER_REGISTRY_PWORD.",
            error.Message);
        Assert.DoesNotContain("canary-secret", error.ToString());
    }

    [TestMethod]
    public async Task A_token_is_used_until_it_expires_and_then_replaced_before_it_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync(expiresIn: 600);
        await using RegistryServer registry = await StartAsync(tokens, directory);
        var time = new RecordedTime();
        using var client = Client(directory, registry, tokens, time);
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web"));

        await store.EnsureWritableAsync(Token);
        time.Advance(TimeSpan.FromSeconds(500));
        await store.EnsureWritableAsync(Token);
        time.Advance(TimeSpan.FromSeconds(100));
        await store.EnsureWritableAsync(Token);

        Assert.HasCount(2, tokens.Requests.Where(static request => request.EndsWith("web:pull,push", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("ftp://127.0.0.1/token", "BPT1115")]
    [DataRow("http://user@127.0.0.1/token", "BPT1115")]
    [DataRow("http://example.invalid/token", "BPT1116")]
    [DataRow("not an address", "BPT1117")]
    public async Task A_token_server_at_a_place_that_makes_no_sense_gets_no_credentials(string realm, string code)
    {
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm}\",service=\"s\"";
            return Task.CompletedTask;
        });
        var variables = new Dictionary<string, string> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ada", ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "canary-secret" };
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(variables, null) });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{server.Host}/team/web")).EnsureWritableAsync(Token));

        Assert.AreEqual(code, error.Code, error.Message);
        Assert.HasCount(1, server.Requests);
    }

    [TestMethod]
    public async Task A_token_that_is_refused_to_several_requests_at_once_is_replaced_for_all_of_them()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        var refused = new ConcurrentDictionary<string, bool>();
        var all = new TaskCompletionSource();
        await using WebServer proxy = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            string token = context.Request.Headers.Authorization.ToString();
            if (context.Request.Method != "HEAD" || !context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal) || token.Length == 0) return false;
            if (!refused.TryAdd(context.Request.Path, true)) return false;
            // All that are on their way are refused at the same time, as by a registry that starts anew with other keys.
            if (refused.Count == 4) all.TrySetResult();
            await all.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{tokens.Realm}\",service=\"test-registry\"";
            return true;
        });
        string file = Path.Combine(directory.Path, "config.json");
        await File.WriteAllTextAsync(file, $$$"""{"auths":{"{{{proxy.Host}}}":{"auth":"{{{Base64($"{tokens.User}:{tokens.Password}")}}}"} } }""", Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(new Dictionary<string, string> { ["DOCKER_CONFIG"] = directory.Path }, null) });
        // Layers that come from the cache may be there already, so they are looked for.
        await TestImage.CreateAsync(directory.Path, Token, "one", "two", "three");
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two", "three");

        await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/team/web")).WriteAsync(image, ["1"], null, Token);

        Assert.HasCount(4, refused);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(5)]
    public async Task Tokens_that_run_out_in_the_middle_of_a_push_are_replaced_and_nothing_is_sent_twice(int requestsForEach)
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await StartAsync(tokens, directory);
        var uses = new ConcurrentDictionary<string, int>();
        await using WebServer expiring = await WebServer.ProxyAsync(registry.Url, context =>
        {
            string token = context.Request.Headers.Authorization.ToString();
            if (token.Length == 0 || uses.AddOrUpdate(token, 1, static (_, count) => count + 1) <= requestsForEach) return Task.FromResult(false);
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{tokens.Realm}\",service=\"test-registry\",error=\"invalid_token\"";
            return Task.FromResult(true);
        });
        await using FaultProxy proxy = await FaultProxy.StartAsync(expiring.Url, static _ => null);
        await LogInAsync(directory, proxy.Host, tokens);
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(new Dictionary<string, string> { ["DOCKER_CONFIG"] = directory.Path }, null) });
        Image image = (await TestImage.CreateAsync(directory.Path, Token, "one", "two", "three", "four", "five")).Append(await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token));

        await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/team/web")).WriteAsync(image, ["1"], null, Token);

        using var owner = Client(directory, registry, tokens);
        await TestImage.AssertSameAsync(image, await new RegistryStore(owner, ImageReference.Parse($"{registry.Host}/team/web")).ReadAsync("1", TestImage.Platform, Token), Token);
        Assert.IsInRange(3 << 20, (3 << 20) + 100_000, proxy.Requests.Sum(static request => request.BodyBytes));
    }

    [TestMethod]
    public async Task A_token_that_never_helps_is_asked_for_twice_and_no_more()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{tokens.Realm}\",service=\"test-registry\"";
            return Task.CompletedTask;
        });
        using var client = new RegistryClient(new RegistryOptions());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new RegistryStore(client, ImageReference.Parse($"{server.Host}/public/web:1")).ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1106", error.Code);
        Assert.HasCount(1, tokens.Requests);
        Assert.HasCount(2, server.Requests);
    }

    [TestMethod]
    public async Task An_identity_token_does_not_follow_a_redirect_to_another_host()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using WebServer realm = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = tokens.Realm;
            return Task.CompletedTask;
        });
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{realm.Url}token\",service=\"test-registry\"";
            return Task.CompletedTask;
        });
        string file = Path.Combine(directory.Path, "auth.json");
        await File.WriteAllTextAsync(file, $$$"""{"auths":{"{{{server.Host}}}":{"identitytoken":"{{{tokens.IdentityToken}}}"} } }""", Token);
        using var client = new RegistryClient(new RegistryOptions { Credentials = new(new Dictionary<string, string> { ["REGISTRY_AUTH_FILE"] = file }, null) });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => new RegistryStore(client, ImageReference.Parse($"{server.Host}/team/web")).EnsureWritableAsync(Token));

        Assert.AreEqual("BPT1117", error.Code, error.Message);
        Assert.IsEmpty(tokens.Requests);
        Assert.DoesNotContain(tokens.IdentityToken, error.ToString());
    }

    [TestMethod]
    public async Task A_registry_with_TLS_whose_token_server_has_none_gets_no_credentials()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await RegistryServer.StartAsync(
            new Testing.RegistryOptions { Tls = true, TokenRealm = tokens.Realm, TokenCertificateFile = tokens.WriteCertificate(directory.Path) }, Token);
        await LogInAsync(directory, registry.Host, tokens);
        using var client = new RegistryClient(new RegistryOptions
        {
            Credentials = new(new Dictionary<string, string> { ["DOCKER_CONFIG"] = directory.Path }, null),
            TrustedRoots = [System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(registry.CertificateAuthorityFile!)],
        });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => new RegistryStore(client, ImageReference.Parse($"{registry.Host}/team/web")).EnsureWritableAsync(Token));

        Assert.AreEqual("BPT1115", error.Code, error.Message);
        Assert.Contains("which leaves HTTPS for plain HTTP", error.Message);
        Assert.IsEmpty(tokens.Requests);
    }

    private async Task<RegistryServer> StartAsync(TestTokenServer tokens, TemporaryDirectory directory) =>
        await RegistryServer.StartAsync(new Testing.RegistryOptions { TokenRealm = tokens.Realm, TokenCertificateFile = tokens.WriteCertificate(directory.Path) }, Token);

    private static RegistryClient Client(TemporaryDirectory directory, RegistryServer registry, TestTokenServer tokens, TimeProvider? time = null)
    {
        string file = Path.Combine(directory.Path, "config.json");
        File.WriteAllText(file, $$$"""{"auths":{"https://{{{registry.Host}}}/v1/":{"auth":"{{{Base64($"{tokens.User}:{tokens.Password}")}}}"} } }""");
        return new RegistryClient(new RegistryOptions
        {
            Credentials = new(new Dictionary<string, string> { ["DOCKER_CONFIG"] = directory.Path }, null),
            Time = time ?? TimeProvider.System,
        });
    }

    private static async Task LogInAsync(TemporaryDirectory directory, string host, TestTokenServer tokens) =>
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "config.json"), $$$"""{"auths":{"{{{host}}}":{"auth":"{{{Base64($"{tokens.User}:{tokens.Password}")}}}"} } }""");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>
/// Real publishes to registries that want credentials, with everything logged that can be: who has them is let in, who has not is
/// told so, and the secrets are nowhere afterwards.
/// </summary>
[TestClass]
public sealed class AuthenticationTests
{
    private const string User = "ada";

    // One project for all: nothing of what is built differs. What a test searches is its own, or the project while it is its turn.
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static SdkProject project = null!;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task BuildAsync(TestContext context)
    {
        project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Guarded" });
        (await project.DotNetAsync(["publish", "-nodeReuse:false"], cancellationToken: context.CancellationToken)).EnsureSuccess();
    }

    [ClassCleanup]
    public static void Delete() => project.Dispose();

    [TestMethod]
    [DataRow("SSL_CERT_FILE")]
    [DataRow("SSL_CERT_DIR")]
    public async Task Over_TLS_with_an_authority_of_ones_own_and_the_credentials_of_dockers_login(string trust)
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret, Tls = true }, Token);
        var authority = directory.Write("authorities/ca.pem", await File.ReadAllTextAsync(registry.CertificateAuthorityFile!, Token));
        var config = WriteConfig(directory, registry.Host, new JsonObject { ["auth"] = Base64($"{User}:{canary.Secret}") });

        await AssertPublishedAsync(registry, directory, canary, new()
        {
            ["DOCKER_CONFIG"] = Path.GetDirectoryName(config),
            [trust] = trust == "SSL_CERT_FILE" ? authority : Path.GetDirectoryName(authority),
        });
    }

    [TestMethod]
    public async Task An_authority_that_is_not_trusted_is_refused()
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret, Tls = true }, Token);
        var config = WriteConfig(directory, registry.Host, new JsonObject { ["auth"] = Base64($"{User}:{canary.Secret}") });

        await AssertRefusedAsync(registry, directory, "BPT1104: ", [canary], new() { ["DOCKER_CONFIG"] = Path.GetDirectoryName(config) });
    }

    [TestMethod]
    [DataRow("credHelpers")]
    [DataRow("credsStore")]
    public async Task With_a_password_that_a_helper_gives(string kind)
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret }, Token);

        await AssertPublishedAsync(registry, directory, canary, WriteHelper(directory, kind, registry.Host, User, canary.Secret));
    }

    [TestMethod]
    [DataRow("password")]
    [DataRow("identity token")]
    [DataRow("identity token of a helper")]
    public async Task With_tokens_of_a_token_server(string kind)
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var tokens = await TestTokenServer.StartAsync(User, kind == "password" ? canary.Secret : "another", kind == "password" ? "another" : canary.Secret);
        await using var registry = await StartAsync(tokens, directory);
        var environment = kind == "identity token of a helper"
            ? WriteHelper(directory, "credHelpers", registry.Host, "<token>", canary.Secret)
            : new()
            {
                ["REGISTRY_AUTH_FILE"] = WriteConfig(directory, registry.Host, kind == "password"
                    ? new JsonObject { ["auth"] = Base64($"{User}:{canary.Secret}") }
                    : new JsonObject { ["auth"] = Base64($"{User}:"), ["identitytoken"] = canary.Secret }),
            };

        await AssertPublishedAsync(registry, directory, canary, environment, tokens);
    }

    [TestMethod]
    [DataRow("file")]
    [DataRow("helper")]
    public async Task A_wrong_password_is_refused_with_the_name_of_where_it_was(string kind)
    {
        Canary right = new(), wrong = new();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = right.Secret }, Token);
        var environment = kind == "helper"
            ? WriteHelper(directory, "credsStore", registry.Host, User, wrong.Secret)
            : new() { ["DOCKER_CONFIG"] = Path.GetDirectoryName(WriteConfig(directory, registry.Host, new JsonObject { ["auth"] = Base64($"{User}:{wrong.Secret}") })) };

        await AssertRefusedAsync(
            registry,
            directory,
            $"BPT1106: The registry does not let {registry.Host}/guarded be used: the credentials from {(kind == "helper" ? "docker-credential-canary" : "$DOCKER_CONFIG/config.json")} were refused",
            [right, wrong],
            environment);
    }

    [TestMethod]
    public async Task A_wrong_identity_token_is_refused_with_the_name_of_where_it_was()
    {
        Canary right = new(), wrong = new();
        using var directory = new TemporaryDirectory();
        await using var tokens = await TestTokenServer.StartAsync(User, "another", right.Secret);
        await using var registry = await StartAsync(tokens, directory);
        var config = WriteConfig(directory, registry.Host, new JsonObject { ["identitytoken"] = wrong.Secret });

        await AssertRefusedAsync(
            registry,
            directory,
            $"BPT1106: The registry does not let {registry.Host}/guarded be used: the credentials from REGISTRY_AUTH_FILE were refused",
            [right, wrong],
            new() { ["REGISTRY_AUTH_FILE"] = config });
    }

    [TestMethod]
    public async Task Nobody_is_refused()
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret }, Token);

        await AssertRefusedAsync(
            registry,
            directory,
            $"BPT1106: The registry does not let {registry.Host}/guarded be used: it wants credentials and there are none in ",
            [canary],
            new() { ["DOCKER_CONFIG"] = directory.CreateDirectory("empty") });
    }

    // The names that begin with DOTNET_ are for MSBuild to log (docs/coming-from-the-sdk.md).
    [TestMethod]
    public async Task With_a_password_in_the_variables_that_MSBuild_does_not_log()
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret }, Token);

        await AssertPublishedAsync(registry, directory, canary, new() { ["SDK_CONTAINER_REGISTRY_UNAME"] = User, ["SDK_CONTAINER_REGISTRY_PWORD"] = canary.Secret });
    }

    [TestMethod]
    [DataRow("DOTNET_CONTAINER_REGISTRY")]
    [DataRow("DOTNET_CONTAINER_PUSH_REGISTRY")]
    public async Task With_a_password_in_the_variables_that_MSBuild_logs_nothing_else_shows_it(string prefix)
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = User, Password = canary.Secret }, Token);

        var published = await PublishAsync(
            registry, directory, () => [canary], new() { [$"{prefix}_UNAME"] = User, [$"{prefix}_PWORD"] = canary.Secret }, mayBeInBinaryLog: true);

        Assert.AreEqual(0, published.ExitCode, published.All);
        string[] lines = [.. published.Output.Split('\n').Where(canary.IsIn).Select(static line => line.Trim()).Distinct()];
        Assert.AreEqual($"{prefix}_PWORD = {canary.Secret}", string.Join('\n', lines));
    }

    [TestMethod]
    [DataRow("-p:ContainerRegistry=registry.invalid", "BPT1102: The registry at 'registry.invalid' cannot be reached: ")]
    [DataRow("-p:DebianMirror=https://mirror.invalid/debian", "BPT4011: 'https://mirror.invalid/debian/")]
    public async Task The_password_of_a_proxy_is_nowhere_when_the_proxy_refuses_it(string argument, string error)
    {
        var canary = new Canary();
        using var directory = new TemporaryDirectory();
        await using var proxy = await WebServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 407;
            context.Response.Headers.ProxyAuthenticate = "Basic realm=\"x\"";
            return Task.CompletedTask;
        });
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);

        await AssertRefusedAsync(
            registry, directory, error, [canary], new() { ["HTTPS_PROXY"] = $"http://{User}:{canary.Core}@{proxy.Host}" }, argument, "-p:RunImage=debian://trixie");

        Assert.IsNotEmpty(proxy.Requests);
    }

    private static async Task<RegistryServer> StartAsync(TestTokenServer tokens, TemporaryDirectory directory) =>
        await RegistryServer.StartAsync(new RegistryOptions { TokenRealm = tokens.Realm, TokenCertificateFile = tokens.WriteCertificate(directory.Path) });

    private async Task AssertPublishedAsync(RegistryServer registry, TemporaryDirectory directory, Canary canary, Dictionary<string, string?> environment, TestTokenServer? tokens = null)
    {
        var secrets = () => (tokens?.Given ?? []).Select(static token => new Canary(token)).Prepend(canary);
        var published = await PublishAsync(registry, directory, secrets, environment);

        Assert.AreEqual(0, published.ExitCode, published.All);
        foreach (var secret in secrets()) Assert.IsFalse(secret.IsIn(published.All), "the output has a secret");
        if (tokens is null) Assert.AreEqual("", string.Join('\n', await new RegistryContents(registry).ProblemsAsync("guarded", "latest", Token)));
        else Assert.IsNotEmpty(Directory.GetFiles(registry.Root, "data", SearchOption.AllDirectories));
    }

    private async Task AssertRefusedAsync(RegistryServer registry, TemporaryDirectory directory, string error, Canary[] canaries, Dictionary<string, string?> environment, params string[] arguments)
    {
        var refused = await PublishAsync(registry, directory, () => canaries, environment, arguments: arguments);

        Assert.AreEqual(1, refused.ExitCode, refused.All);
        Assert.StartsWith(error, string.Join('\n', new SharedResult(project, refused, directory.Combine("layout")).Errors.Distinct()));
        foreach (var canary in canaries) Assert.IsFalse(canary.IsIn(refused.All), "the output has a secret");
        Assert.IsEmpty(Directory.GetFiles(registry.Root, "data", SearchOption.AllDirectories));
    }

    // Publishes with all logs there are and a directory for temporary files; no file that comes from it has a secret.
    private async Task<CommandResult> PublishAsync(
        RegistryServer registry, TemporaryDirectory directory, Func<IEnumerable<Canary>> secrets, Dictionary<string, string?> environment, bool mayBeInBinaryLog = false, params string[] arguments)
    {
        var (log, temporary) = (directory.Combine("build.binlog"), directory.CreateDirectory("tmp"));
        string[] given = [.. Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories), .. mayBeInBinaryLog ? (string[])[log] : []];
        await Turn.WaitAsync(Token);
        try
        {
            var result = await project.DotNetAsync(
                [
                    "publish", "--no-build", "-nodeReuse:false", "-p:PublishImage=true", "-p:RunImage=scratch", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerImageTag=latest",
                    $"-p:ImageCacheDirectory={directory.Combine("cache")}", "-v:diag", $"-bl:{log}", .. arguments,
                ],
                [.. environment, new("TMPDIR", temporary)],
                Token);
            Assert.IsTrue(File.Exists(log), result.All);
            foreach (var secret in secrets())
            {
                foreach (var place in (string[])[Path.GetDirectoryName(project.Directory)!, directory.Path, registry.Root])
                    Assert.AreEqual("", string.Join('\n', secret.FindIn(place, given)));
            }
            return result;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static string WriteConfig(TemporaryDirectory directory, string host, JsonObject entry) =>
        directory.Write("docker/config.json", new JsonObject { ["auths"] = new JsonObject { [host] = entry } }.ToJsonString());

    private static Dictionary<string, string?> WriteHelper(TemporaryDirectory directory, string kind, string host, string user, string password)
    {
        var config = directory.Write("docker/config.json", new JsonObject { [kind] = kind == "credHelpers" ? new JsonObject { [host] = "canary" } : "canary" }.ToJsonString());
        var answer = directory.Write("answer.json", new JsonObject { ["ServerURL"] = host, ["Username"] = user, ["Secret"] = password }.ToJsonString());
        Script.Write(directory.Combine("bin", "docker-credential-canary"), $"""read server; [ "$1 $server" = "get {host}" ] && cat '{answer}' || exit 1""");
        return new()
        {
            ["DOCKER_CONFIG"] = Path.GetDirectoryName(config),
            ["PATH"] = $"{directory.Combine("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        };
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

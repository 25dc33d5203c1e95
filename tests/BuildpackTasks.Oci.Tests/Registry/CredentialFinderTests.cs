using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class CredentialFinderTests
{
    private const string Ada = "YWRhOnNlY3JldA=="; // ada:secret
    private const string Bob = "Ym9iOnNlOmNyZXQ="; // bob:se:cret

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("""{"auths":{"r.example.com":{"auth":"YWRhOnNlY3JldA=="}}}""", "r.example.com/team/web", "ada:secret")]
    [DataRow("""{"auths":{"https://r.example.com":{"auth":"YWRhOnNlY3JldA=="}}}""", "r.example.com/team/web", "ada:secret")]
    [DataRow("""{"auths":{"https://r.example.com/v1/":{"auth":"YWRhOnNlY3JldA=="}}}""", "r.example.com/team/web", "ada:secret")]
    [DataRow("""{"auths":{"http://r.example.com/v2/":{"auth":"YWRhOnNlY3JldA=="}}}""", "r.example.com/team/web", "ada:secret")]
    [DataRow("""{"auths":{"r.example.com":{"auth":"Ym9iOnNlOmNyZXQ="}}}""", "r.example.com/team/web", "bob:se:cret")]
    [DataRow("""{"auths":{"r.example.com":{"username":"eve","password":"x:y"}}}""", "r.example.com/team/web", "eve:x:y")]
    [DataRow("""{"auths":{"r.example.com":{"auth":"YWRhOnNlY3JldA==","identitytoken":"t"}}}""", "r.example.com/team/web", "<token>t")]
    [DataRow("""{"auths":{"r.example.com:5000":{"auth":"YWRhOnNlY3JldA=="}}}""", "r.example.com/team/web", "none")]
    [DataRow("""{"auths":{"r.example.com":{}}}""", "r.example.com/team/web", "none")]
    [DataRow("""{"auths":{"r.example.com":null}}""", "r.example.com/team/web", "none")]
    [DataRow("""{"auths":{"r.example.com":{"auth":"not base64"}}}""", "r.example.com/team/web", "none")]
    [DataRow("""{"auths":[]}""", "r.example.com/team/web", "none")]
    [DataRow("""{}""", "r.example.com/team/web", "none")]
    [DataRow("""{"auths":{"r.example.com":{"auth":"YWRhOnNlY3JldA=="},"r.example.com/team":{"auth":"Ym9iOnNlOmNyZXQ="}}}""", "r.example.com/team/web", "bob:se:cret")]
    [DataRow("""{"auths":{"r.example.com":{"auth":"YWRhOnNlY3JldA=="},"r.example.com/team":{"auth":"Ym9iOnNlOmNyZXQ="}}}""", "r.example.com/teams/web", "ada:secret")]
    [DataRow("""{"auths":{"https://index.docker.io/v1/":{"auth":"YWRhOnNlY3JldA=="}}}""", "ubuntu", "ada:secret")]
    [DataRow("""{"auths":{"docker.io":{"auth":"YWRhOnNlY3JldA=="}}}""", "ubuntu", "ada:secret")]
    [DataRow("""{"auths":{"index.docker.io":{"auth":"YWRhOnNlY3JldA=="}}}""", "team/web", "ada:secret")]
    [DataRow("""{"auths":{"registry-1.docker.io":{"auth":"YWRhOnNlY3JldA=="}}}""", "docker.io/team/web", "ada:secret")]
    public async Task A_file_is_read_as_the_tools_that_write_it_do(string json, string repository, string expected)
    {
        using var directory = new TemporaryDirectory();
        string file = await WriteAsync(directory, "auth.json", json);

        CredentialSearch search = await FindAsync(new() { ["REGISTRY_AUTH_FILE"] = file }, null, repository);

        Assert.AreEqual(expected, Shown(search));
    }

    [TestMethod]
    public async Task Files_are_looked_at_in_the_tools_order()
    {
        using var directory = new TemporaryDirectory();
        string root = directory.Path;
        string[] files = ["named.json", "docker/config.json", "run/containers/auth.json", "config/containers/auth.json"];
        for (int index = 0; index < files.Length; index++)
        {
            await WriteAsync(directory, files[index], $$"""{"auths":{"r.example.com":{"username":"user{{index}}","password":"p"} } }""");
        }
        var variables = new Dictionary<string, string>
        {
            ["REGISTRY_AUTH_FILE"] = Path.Combine(root, files[0]),
            ["DOCKER_CONFIG"] = Path.Combine(root, "docker"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(root, "run"),
            ["XDG_CONFIG_HOME"] = Path.Combine(root, "config"),
        };

        for (int index = 0; index < files.Length; index++)
        {
            Assert.AreEqual($"user{index}:p", Shown(await FindAsync(variables, null, "r.example.com/web")));
            File.Delete(Path.Combine(root, files[index]));
        }
        Assert.AreEqual("none", Shown(await FindAsync(variables, null, "r.example.com/web")));
    }

    [TestMethod]
    [DataRow("PUSH=a:1 ANY=b:2 OLD=c:3 PULL=d:4", true, "out.example.com", "a:1")]
    [DataRow("ANY=b:2 OLD=c:3 PULL=d:4", true, "out.example.com", "b:2")]
    [DataRow("OLD=c:3 PULL=d:4", true, "out.example.com", "c:3")]
    [DataRow("PULL=d:4", true, "out.example.com", "none")]
    [DataRow("PUSH=a:1 ANY=b:2 PULL=d:4", false, "base.example.com", "d:4")]
    [DataRow("PUSH=a:1 ANY=b:2 OLD=c:3", false, "base.example.com", "none")]
    [DataRow("ANY=b:2", false, "out.example.com", "b:2")]
    [DataRow("ANY=<token>:t", true, "out.example.com", "<token>t")]
    [DataRow("ANY=b", true, "out.example.com", "none")]
    public async Task Variables_are_shown_to_the_registry_that_they_are_for(string set, bool push, string registry, string expected)
    {
        var names = new Dictionary<string, string>
        {
            ["PUSH"] = "DOTNET_CONTAINER_PUSH_REGISTRY",
            ["ANY"] = "DOTNET_CONTAINER_REGISTRY",
            ["OLD"] = "SDK_CONTAINER_REGISTRY",
            ["PULL"] = "DOTNET_CONTAINER_PULL_REGISTRY",
        };
        var variables = new Dictionary<string, string>();
        foreach (string[] part in set.Split(' ').Select(static part => part.Split('=', ':')))
        {
            variables[names[part[0]] + "_UNAME"] = part[1];
            if (part.Length > 2) variables[names[part[0]] + "_PWORD"] = part[2];
        }

        CredentialSearch search = await FindAsync(variables, null, $"{registry}/web", push ? RegistryAccess.Push : RegistryAccess.Pull);

        Assert.AreEqual(expected, Shown(search));
    }

    [TestMethod]
    [DataRow(RegistryAccess.Pull, "named.example.com", "d:4")]
    [DataRow(RegistryAccess.Pull, "NAMED.example.com", "d:4")]
    [DataRow(RegistryAccess.Pull, "label.example.com", "none")]
    [DataRow(RegistryAccess.Pull, "named.example.com:444", "none")]
    [DataRow(RegistryAccess.Push, "named.example.com", "none")]
    [DataRow(RegistryAccess.Push, "label.example.com", "none")]
    [DataRow(RegistryAccess.Pull, "out.example.com", "b:2")]
    [DataRow(RegistryAccess.Push, "out.example.com", "b:2")]
    public async Task Where_images_name_registries_too_variables_are_shown_to_those_of_the_user_alone(object access, string registry, string expected)
    {
        var variables = new Dictionary<string, string>
        {
            ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "b",
            ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "2",
            ["DOTNET_CONTAINER_PULL_REGISTRY_UNAME"] = "d",
            ["DOTNET_CONTAINER_PULL_REGISTRY_PWORD"] = "4",
        };
        var environment = new CredentialEnvironment(variables, null) { OutputRegistry = "out.example.com", NamedRegistries = ["named.example.com", "out.example.com"] };

        CredentialSearch search = await new CredentialFinder(environment, null).FindAsync(ImageReference.Parse($"{registry}/web"), (RegistryAccess)access, Token);

        Assert.AreEqual(expected, Shown(search));
    }

    [TestMethod]
    public async Task A_file_is_for_the_registry_that_it_names_whoever_else_named_it()
    {
        using var directory = new TemporaryDirectory();
        string file = await WriteAsync(directory, "auth.json", $$"""{"auths":{"label.example.com":{"auth":"{{Ada}}"} } }""");
        var environment = new CredentialEnvironment(new Dictionary<string, string> { ["REGISTRY_AUTH_FILE"] = file }, null) { NamedRegistries = [] };

        CredentialSearch search = await new CredentialFinder(environment, null).FindAsync(ImageReference.Parse("label.example.com/base"), RegistryAccess.Pull, Token);

        Assert.AreEqual("ada:secret", Shown(search));
    }

    [TestMethod]
    [DataRow("{not json, secret-canary")]
    [DataRow("[]")]
    [DataRow("")]
    public async Task A_broken_file_is_passed_over_with_a_warning_that_does_not_quote_it(string content)
    {
        using var directory = new TemporaryDirectory();
        await WriteAsync(directory, "home/.docker/config.json", content);
        await WriteAsync(directory, "home/.config/containers/auth.json", $$"""{"auths":{"r.example.com":{"auth":"{{Ada}}"} } }""");
        var warnings = new List<CodedWarning>();

        CredentialSearch search = await FindAsync([], Path.Combine(directory.Path, "home"), "r.example.com/web", warnings: warnings);

        Assert.AreEqual("ada:secret", Shown(search));
        Assert.AreEqual(new CodedWarning("BPT1118", "The credentials in ~/.docker/config.json were not used: it is not JSON. Correct the file, or run 'docker login' again."), warnings.Single());
    }

    [TestMethod]
    public async Task A_helper_for_the_registry_comes_before_the_store_and_that_before_the_file()
    {
        using var directory = new TemporaryDirectory();
        Helper(directory, "one", """read server; [ "$1 $server" = "get r.example.com" ] && echo '{"ServerURL":"x","Username":"one","Secret":"1"}'""");
        Helper(directory, "all", """read server; echo "{\"Username\":\"all\",\"Secret\":\"$server\"}" """);
        string file = await WriteAsync(directory, "config.json", $$"""{"credHelpers":{"r.example.com":"one"},"credsStore":"all","auths":{"r.example.com":{"auth":"{{Bob}}"} } }""");

        Assert.AreEqual("one:1", Shown(await AskAsync(directory, file, "r.example.com/web")));
        Assert.AreEqual("all:other.example.com", Shown(await AskAsync(directory, file, "other.example.com/web")));
        Assert.AreEqual("all:https://index.docker.io/v1/", Shown(await AskAsync(directory, file, "ubuntu")));
    }

    [TestMethod]
    public async Task A_helper_gives_an_identity_token_under_the_name_that_stands_for_one()
    {
        using var directory = new TemporaryDirectory();
        Helper(directory, "one", """echo '{"Username":"<token>","Secret":"t"}'""");

        Assert.AreEqual("<token>t", Shown(await AskAsync(directory, await StoreFileAsync(directory, "one"), "r.example.com/web")));
    }

    [TestMethod]
    [DataRow("echo 'credentials not found in native keychain'; exit 1", null)]
    [DataRow("echo '{\"Username\":\"\",\"Secret\":\"\"}'", null)]
    [DataRow("echo secret-canary; exit 1", "it ended with exit code 1")]
    [DataRow("echo secret-canary", "what it printed is not the JSON that helpers print")]
    [DataRow("echo '{\"Username\":1}'", "what it printed is not the JSON that helpers print")]
    [DataRow("exit 0", "what it printed is not the JSON that helpers print")]
    [DataRow("head -c 1000000 /dev/zero", "it printed more than 65536 bytes")]
    [DataRow("sleep 1000 & sleep 1000", "it did not answer within 1 seconds")]
    [DataRow("sleep 1000 & exit 0", "what it printed is not the JSON that helpers print")]
    [DataRow("exec sleep 1000", "it did not answer within 1 seconds")]
    [DataRow("trap '' TERM INT; exec 0<&-; while :; do sleep 1; done", "it did not answer within 1 seconds")]
    [DataRow("while :; do echo secret-canary; done", "it printed more than 65536 bytes")]
    [DataRow("while :; do echo secret-canary >&2; done", "it did not answer within 1 seconds")]
    [DataRow("printf '\\377\\376\\000{'", "what it printed is not the JSON that helpers print")]
    [DataRow("printf '{\"Username\":\"\\377\",\"Secret\":\"\\377\"}'", "what it printed is not the JSON that helpers print")]
    [DataRow("echo null", "what it printed is not the JSON that helpers print")]
    [DataRow("echo '[1]'", "what it printed is not the JSON that helpers print")]
    [DataRow("echo '{\"Username\":\"a\",\"Secret\":[]}'", "what it printed is not the JSON that helpers print")]
    [DataRow("head -c 30000 /dev/zero | tr '\\0' '['", "what it printed is not the JSON that helpers print")]
    [DataRow("kill -9 $$", "it ended with exit code 137")]
    [DataRow("kill -15 $$", "it ended with exit code 143")]
    [DataRow("exec 1>&- 2>&- 0<&-; sleep 1000", "it did not answer within 1 seconds")]
    public async Task A_helper_without_credentials_leads_to_the_file_and_one_that_misbehaves_is_named(string script, string? reason)
    {
        using var directory = new TemporaryDirectory();
        Helper(directory, "odd", script);
        var warnings = new List<CodedWarning>();

        CredentialSearch search = await AskAsync(directory, await StoreFileAsync(directory, "odd"), "r.example.com/web", warnings);

        Assert.AreEqual("bob:se:cret", Shown(search));
        Assert.Contains("docker-credential-odd", search.Tried);
        string[] expected = reason is null ? [] : [$"The credential helper 'docker-credential-odd' gave no credentials: {reason}. Install or repair it, or remove it from docker's config.json."];
        CollectionAssert.AreEqual(expected, warnings.Select(static warning => warning.Message).ToArray());
    }

    [TestMethod]
    public async Task A_helper_whose_child_keeps_the_pipe_open_is_believed_when_it_has_ended()
    {
        using var directory = new TemporaryDirectory();
        Helper(directory, "one", """sleep 1000 & echo "$!" > "$0.pid"; echo '{"Username":"one","Secret":"1"}'""");
        string file = await StoreFileAsync(directory, "one");
        try
        {
            Assert.AreEqual("one:1", Shown(await AskAsync(directory, file, "r.example.com/web")));
        }
        finally
        {
            using var child = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(directory.Combine("docker-credential-one.pid"), Token)));
            child.Kill();
        }
    }

    [TestMethod]
    public async Task A_helper_that_hangs_is_waited_for_once_and_not_for_every_repository()
    {
        using var directory = new TemporaryDirectory();
        Helper(directory, "odd", """echo x >> "$0.calls"; sleep 1000""");
        var variables = new Dictionary<string, string> { ["REGISTRY_AUTH_FILE"] = await StoreFileAsync(directory, "odd"), ["PATH"] = $"{directory.Path}:/usr/bin:/bin" };
        var environment = new CredentialEnvironment(variables, null) { HelperTimeout = TimeSpan.FromSeconds(1) };
        var warnings = new List<CodedWarning>();
        var finder = new CredentialFinder(environment, warnings.Add);

        foreach (string repository in new[] { "r.example.com/web", "r.example.com/run", "r.example.com/cache" }) await finder.FindAsync(ImageReference.Parse(repository), RegistryAccess.Push, Token);

        Assert.HasCount(1, await File.ReadAllLinesAsync(directory.Combine("docker-credential-odd.calls"), Token));
        Assert.HasCount(1, warnings);
    }

    [TestMethod]
    [DataRow("/dev/zero")]
    [DataRow("long")]
    public async Task A_file_that_is_far_too_long_is_passed_over_with_a_warning(string file)
    {
        using var directory = new TemporaryDirectory();
        if (file == "long") file = await WriteAsync(directory, "long.json", new string(' ', 2 << 20));
        var warnings = new List<CodedWarning>();

        CredentialSearch search = await FindAsync(new() { ["REGISTRY_AUTH_FILE"] = file }, null, "r.example.com/web", warnings: warnings);

        Assert.AreEqual("none", Shown(search));
        Assert.AreEqual("BPT1118", warnings.Single().Code);
    }

    [TestMethod]
    [DataRow("missing", "it is not on the PATH")]
    [DataRow("../evil", "its name is not one of a program")]
    public async Task A_helper_that_is_not_there_is_named(string name, string reason)
    {
        using var directory = new TemporaryDirectory();
        var warnings = new List<CodedWarning>();

        await AskAsync(directory, await StoreFileAsync(directory, name), "r.example.com/web", warnings);

        Assert.AreEqual("BPT1119", warnings.Single().Code);
        Assert.Contains(reason, warnings.Single().Message);
    }

    [TestMethod]
    public void A_secret_cannot_be_formatted()
    {
        RegistryCredential credential = RegistryCredential.Create("ada", "canary", "a test");

        Assert.AreEqual("***", new Secret("canary").ToString());
        Assert.AreEqual("the credentials from a test", credential.ToString());
    }

    private Task<CredentialSearch> AskAsync(TemporaryDirectory directory, string file, string repository, List<CodedWarning>? warnings = null) =>
        FindAsync(new() { ["REGISTRY_AUTH_FILE"] = file, ["PATH"] = $"{directory.Path}:/usr/bin:/bin" }, null, repository, warnings: warnings);

    private Task<CredentialSearch> FindAsync(
        Dictionary<string, string> variables, string? home, string repository, RegistryAccess access = RegistryAccess.Pull, List<CodedWarning>? warnings = null)
    {
        var environment = new CredentialEnvironment(variables, home) { OutputRegistry = "out.example.com", HelperTimeout = TimeSpan.FromSeconds(1) };
        return new CredentialFinder(environment, warning => warnings?.Add(warning)).FindAsync(ImageReference.Parse(repository), access, Token);
    }

    private Task<string> StoreFileAsync(TemporaryDirectory directory, string helper) =>
        WriteAsync(directory, "config.json", $$"""{"credsStore":"{{helper}}","auths":{"r.example.com":{"auth":"{{Bob}}"} } }""");

    private static void Helper(TemporaryDirectory directory, string name, string script) =>
        Script.Write(Path.Combine(directory.Path, $"docker-credential-{name}"), script);

    private async Task<string> WriteAsync(TemporaryDirectory directory, string name, string text)
    {
        string path = Path.Combine(directory.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(text), Token);
        return path;
    }

    private static string Shown(CredentialSearch search) => search.Found switch
    {
        null => "none",
        { IsIdentityToken: true } token => $"<token>{token.Password.Reveal()}",
        { } credential => $"{credential.UserName}:{credential.Password.Reveal()}",
    };
}

using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A place where a user can have credentials.</summary>
/// <param name="Name">What the tests call it.</param>
/// <param name="Shown">What messages call it.</param>
/// <param name="Put">Puts credentials for a registry there, below a directory.</param>
internal sealed record CredentialSource(string Name, string Shown, Func<string, string, string, string, CredentialEnvironment> Put)
{
    /// <summary>A user name that says that the password is an identity token.</summary>
    public const string Token = "<token>";

    public static IReadOnlyList<CredentialSource> All { get; } =
    [
        Variables("DOTNET_CONTAINER_PUSH_REGISTRY"),
        Variables("DOTNET_CONTAINER_REGISTRY"),
        Variables("SDK_CONTAINER_REGISTRY"),
        File("file that a variable names", "REGISTRY_AUTH_FILE", "named.json", Auth, static directory => new() { ["REGISTRY_AUTH_FILE"] = Path.Combine(directory, "named.json") }),
        File("docker's file that a variable names", "$DOCKER_CONFIG/config.json", "docker/config.json", Auth, static directory => new() { ["DOCKER_CONFIG"] = Path.Combine(directory, "docker") }),
        File("docker's file", "~/.docker/config.json", "home/.docker/config.json", Auth, static _ => []),
        File("docker's file with a user and a password", "~/.docker/config.json", "home/.docker/config.json", UserAndPassword, static _ => []),
        File("podman's file of the session", "$XDG_RUNTIME_DIR/containers/auth.json", "run/containers/auth.json", Auth, static directory => new() { ["XDG_RUNTIME_DIR"] = Path.Combine(directory, "run") }),
        File("podman's file of the configuration", "$XDG_CONFIG_HOME/containers/auth.json", "config/containers/auth.json", Auth, static directory => new() { ["XDG_CONFIG_HOME"] = Path.Combine(directory, "config") }),
        File("podman's file", "~/.config/containers/auth.json", "home/.config/containers/auth.json", Auth, static _ => []),
        Helper("helper for the registry", static host => new JsonObject { ["credHelpers"] = new JsonObject { [host] = "canary" } }),
        Helper("helper for all", static _ => new JsonObject { ["credsStore"] = "canary" }),
    ];

    public static CredentialSource Named(string name) => All.Single(source => source.Name == name);

    private static CredentialSource Variables(string prefix) => new(prefix, $"{prefix}_UNAME and _PWORD", (directory, host, user, password) =>
    {
        var variables = new Dictionary<string, string> { [$"{prefix}_UNAME"] = user, [$"{prefix}_PWORD"] = password };
        return new CredentialEnvironment(variables, Path.Combine(directory, "home")) { OutputRegistry = host };
    });

    private static CredentialSource File(string name, string shown, string path, Func<string, string, JsonObject> entry, Func<string, Dictionary<string, string>> variables) =>
        new(name, shown, (directory, host, user, password) =>
        {
            Write(Path.Combine(directory, path), new JsonObject { ["auths"] = new JsonObject { [host] = entry(user, password) } });
            return new CredentialEnvironment(variables(directory), Path.Combine(directory, "home")) { OutputRegistry = host };
        });

    private static CredentialSource Helper(string name, Func<string, JsonObject> file) => new(name, "docker-credential-canary", (directory, host, user, password) =>
    {
        Write(Path.Combine(directory, "home", ".docker", "config.json"), file(host));
        string answer = Path.Combine(directory, "answer.json");
        Write(answer, new JsonObject { ["ServerURL"] = host, ["Username"] = user, ["Secret"] = password });
        Script.Write(Path.Combine(directory, "docker-credential-canary"), $"""read server; [ "$1 $server" = "get {host}" ] && cat {answer} || exit 1""");
        return new CredentialEnvironment(new Dictionary<string, string> { ["PATH"] = $"{directory}:/usr/bin:/bin" }, Path.Combine(directory, "home")) { OutputRegistry = host };
    });

    private static JsonObject Auth(string user, string password) => user == Token
        ? new JsonObject { ["auth"] = Base64("ignored:"), ["identitytoken"] = password }
        : new JsonObject { ["auth"] = Base64($"{user}:{password}") };

    private static JsonObject UserAndPassword(string user, string password) => new() { ["username"] = user, ["password"] = password };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static void Write(string path, JsonObject json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, json.ToJsonString());
    }
}

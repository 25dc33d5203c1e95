using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Testing;

/// <summary>
/// A Debian mirror on loopback with real packages of a suite, fetched by apt from the mirror that this machine is set to, and
/// newer versions of some of them. It is signed with a key of its own.
/// </summary>
public sealed class PatchedDebianMirror : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentDictionary<string, byte[]> files = new();
    private readonly List<string> packages = [];
    private readonly string suite;
    private SigningKeys? keys;
    private WebServer? server;

    private PatchedDebianMirror(string suite) => this.suite = suite;

    /// <summary>Its address: for <c>DebianMirror</c>.</summary>
    public string Url => $"{server!.Url}debian/";

    /// <summary>Whose signature is to be trusted: for <c>DebianKeyring</c>.</summary>
    public string Keyring => keys!.Keyring;

    /// <summary>Fetches packages and serves them.</summary>
    /// <param name="suite">The suite.</param>
    /// <param name="names">The packages, with all that they depend on.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<PatchedDebianMirror> StartAsync(string suite, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var mirror = new PatchedDebianMirror(suite);
        await mirror.FetchAsync([.. names], cancellationToken);
        mirror.keys = await SigningKeys.CreateAsync();
        await mirror.PublishAsync(cancellationToken);
        mirror.server = await WebServer.StartAsync(mirror.AnswerAsync);
        return mirror;
    }

    /// <summary>Puts a newer version of a package beside the one that is there.</summary>
    /// <param name="name">The package.</param>
    /// <param name="file">The file that is another one, relative to the root.</param>
    /// <param name="content">What it holds now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The new version.</returns>
    public async Task<string> PatchAsync(string name, string file, string content, CancellationToken cancellationToken)
    {
        string package = packages.Last(path => Path.GetFileName(path).StartsWith(name + "_", StringComparison.Ordinal));
        string unpacked = directory.Combine("patch-" + name);
        (await Command.RunAsync("dpkg-deb", ["--raw-extract", package, unpacked], cancellationToken: cancellationToken)).EnsureSuccess();
        string control = Path.Combine(unpacked, "DEBIAN", "control");
        string[] fields = await File.ReadAllLinesAsync(control, cancellationToken);
        int at = Array.FindIndex(fields, static field => field.StartsWith("Version: ", StringComparison.Ordinal));
        string version = fields[at]["Version: ".Length..] + "+patched1";
        fields[at] = "Version: " + version;
        await File.WriteAllLinesAsync(control, fields, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(unpacked, file), content, cancellationToken);
        string result = directory.Combine($"{name}_{version.Split(':')[^1]}_patched.deb");
        (await Command.RunAsync("dpkg-deb", ["--root-owner-group", "--build", unpacked, result], cancellationToken: cancellationToken)).EnsureSuccess();
        packages.Add(result);
        await PublishAsync(cancellationToken);
        return version;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (keys is not null) await keys.DisposeAsync();
        directory.Dispose();
    }

    private async Task FetchAsync(string[] names, CancellationToken cancellationToken)
    {
        CommandResult targets = (await Command.RunAsync("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], cancellationToken: cancellationToken)).EnsureSuccess();
        string mirror = targets.Output.Split('\n').First(static line => line.EndsWith("/debian/", StringComparison.Ordinal));
        string sources = directory.Write("sources.list", $"deb {mirror} {suite} main\ndeb {mirror} {suite}-updates main\ndeb {mirror[..^"debian/".Length]}debian-security {suite}-security main\n");
        string[] options =
        [
            .. new[]
            {
                $"Dir::Etc::SourceList={sources}", "Dir::Etc::SourceParts=-", $"Dir::State={directory.CreateDirectory("state")}",
                $"Dir::Cache={directory.CreateDirectory("cache")}", $"Dir::State::status={directory.Write("status", "")}", "APT::Architecture=amd64",
            }.SelectMany(static option => (string[])["-o", option]),
        ];
        Directory.CreateDirectory(directory.Combine("state/lists/partial"));
        Directory.CreateDirectory(directory.Combine("cache/archives/partial"));
        string fetched = directory.CreateDirectory("fetched");
        (await Command.RunAsync("apt-get", [.. options, "update"], cancellationToken: cancellationToken)).EnsureSuccess();
        (await Command.RunAsync("apt-get", [.. options, "download", .. names], workingDirectory: fetched, cancellationToken: cancellationToken)).EnsureSuccess();
        packages.AddRange(Directory.GetFiles(fetched, "*.deb").Order(StringComparer.Ordinal));
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var index = new StringBuilder();
        foreach (string package in packages)
        {
            byte[] content = await File.ReadAllBytesAsync(package, cancellationToken);
            string name = $"pool/{Path.GetFileName(package).Replace("%3a", "_", StringComparison.Ordinal)}";
            files[name] = content;
            CommandResult control = (await Command.RunAsync("dpkg-deb", ["--field", package], cancellationToken: cancellationToken)).EnsureSuccess();
            index.Append($"{control.Output.Trim()}\nFilename: {name}\nSize: {content.Length}\nSHA256: {Hash(content)}\n\n");
        }
        byte[] plain = Encoding.UTF8.GetBytes(index.ToString());
        files[$"dists/{suite}/main/binary-amd64/Packages"] = plain;
        string release = $"""
            Origin: Debian
            Suite: {suite}
            Codename: {suite}
            Version: 13.99
            Date: Sat, 12 Sep 2026 07:55:41 UTC
            Architectures: amd64
            Components: main
            SHA256:
             {Hash(plain)} {plain.Length} main/binary-amd64/Packages

            """;
        files[$"dists/{suite}/InRelease"] = await keys!.ClearSignAsync(Encoding.UTF8.GetBytes(release));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!.Replace("/debian/", "", StringComparison.Ordinal);
        if (files.TryGetValue(path, out byte[]? content)) await context.Response.Body.WriteAsync(content);
        else context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Who publishes, when and under which settings: all that an image shall not depend on.</summary>
internal sealed record Surroundings
{
    // The user that owns nothing.
    private const string Nobody = "65534";

    /// <summary>The modes that new files do not get.</summary>
    public string Umask { get; init; } = "022";

    /// <summary>
    /// The home of another user, who owns the whole working directory from then on and has a package folder and a layer cache of
    /// its own. Who is not root cannot become somebody else: then only the home is another. Null for the user of the tests.
    /// </summary>
    public string? OtherHome { get; init; }

    /// <summary>How far the clock is off, such as <c>+30h</c>; null for the right time.</summary>
    public string? Clock { get; init; }

    /// <summary>Variables of the publish.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Runs a command in these surroundings.</summary>
    public async Task<CommandResult> RunAsync(IEnumerable<string> command, string directory, CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, string?>> environment =
        [
            new("MSBUILDDISABLENODEREUSE", "1"),
            new("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
            .. Environment.Select(variable => new KeyValuePair<string, string?>(variable.Key, variable.Value)),
        ];
        string[] asUser = [];
        if (OtherHome is not null)
        {
            CopyFeeds(OtherHome);
            environment.AddRange(
            [
                new("HOME", OtherHome),
                new("DOTNET_CLI_HOME", OtherHome),
                new("NUGET_PACKAGES", Path.Combine(OtherHome, "packages")),
                new("XDG_CACHE_HOME", Path.Combine(OtherHome, "cache")),
                new("TMPDIR", Directory.CreateDirectory(Path.Combine(OtherHome, "tmp")).FullName),
            ]);
            if (System.Environment.IsPrivilegedProcess)
            {
                (await Command.RunAsync("chown", ["-R", $"{Nobody}:{Nobody}", directory], cancellationToken: cancellationToken)).EnsureSuccess();
                asUser = [Tool.Require("setpriv"), "--reuid", Nobody, "--regid", Nobody, "--clear-groups"];
            }
        }

        // The clock that timeouts are measured with stays: .NET would wait for ever.
        string[] atTime = Clock is null ? [] : [Tool.Require("faketime"), "-m", "--exclude-monotonic", "-f", Clock];
        return await Command.RunAsync(
            "sh",
            ["-c", $"umask {Umask} && exec \"$@\"", "sh", .. asUser, .. atTime, .. command],
            directory,
            environment,
            TimeSpan.FromMinutes(10),
            cancellationToken);
    }

    // Where packages come from is the machine's business, and NuGet keeps it in the user's home.
    private static void CopyFeeds(string home)
    {
        var settings = Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "NuGet", "NuGet.Config");
        if (!File.Exists(settings))
        {
            return;
        }

        var copy = Path.Combine(home, ".nuget", "NuGet", "NuGet.Config");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(settings, copy, overwrite: true);
    }
}

namespace BuildpackTasks.Testing;

/// <summary>The BuildpackTasks package as it is packed from this repository, under a version that no cache has seen before.</summary>
/// <param name="Feed">The directory that holds the package.</param>
/// <param name="Version">Its version.</param>
public sealed record PackedPackage(string Feed, string Version)
{
    private static readonly Lazy<Task<PackedPackage>> Shared = new(FindOrPackAsync);

    /// <summary>The package that build/test.sh has packed, or one packed now, once in a test run.</summary>
    public static Task<PackedPackage> GetAsync() => Shared.Value;

    private static async Task<PackedPackage> FindOrPackAsync()
    {
        if (Environment.GetEnvironmentVariable("BUILDPACKTASKS_TEST_FEED") is { Length: > 0 } packed)
        {
            return Read(packed);
        }

        var feed = new TemporaryDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => feed.Dispose();
        var suffix = $"test.{Environment.ProcessId}.{DateTime.UtcNow:yyyyMMddHHmmss}";
        var pack = await Command.RunAsync(Path.Combine(Repository.Root, "build", "pack.sh"), [feed.Path, suffix], environment: SdkProject.BuildEnvironment);
        pack.EnsureSuccess();
        return Read(feed.Path);
    }

    private static PackedPackage Read(string feed)
    {
        var packages = Directory.GetFiles(feed, "BuildpackTasks.*.nupkg");
        return packages is [var package]
            ? new PackedPackage(feed, Path.GetFileNameWithoutExtension(package)["BuildpackTasks.".Length..])
            : throw new InvalidOperationException($"{feed} has {packages.Length} BuildpackTasks packages, and a test run needs one: run build/test.sh");
    }
}

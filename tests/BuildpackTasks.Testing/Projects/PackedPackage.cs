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
        var suffix = $"test.{Environment.ProcessId}.{DateTime.UtcNow:yyyyMMddHHmmss}";
        var pack = await Command.RunAsync(Path.Combine(Repository.Root, "build", "pack.sh"), [feed.Path, suffix], environment: SdkProject.BuildEnvironment);
        pack.EnsureSuccess();
        var package = Read(feed.Path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Forget(feed, package);
        return package;
    }

    // Also from where NuGet unpacked it to.
    private static void Forget(TemporaryDirectory feed, PackedPackage package)
    {
        feed.Dispose();
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var unpacked = Path.Combine(packages, "buildpacktasks", package.Version);
        if (Directory.Exists(unpacked))
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }

    private static PackedPackage Read(string feed)
    {
        var packages = Directory.GetFiles(feed, "BuildpackTasks.*.nupkg");
        return packages is [var package]
            ? new PackedPackage(feed, Path.GetFileNameWithoutExtension(package)["BuildpackTasks.".Length..])
            : throw new InvalidOperationException($"{feed} has {packages.Length} BuildpackTasks packages, and a test run needs one: run build/test.sh");
    }
}

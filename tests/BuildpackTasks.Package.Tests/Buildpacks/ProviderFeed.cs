using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A directory with the packages of <c>samples/providers</c>, under a version that NuGet has not unpacked before.</summary>
internal sealed class ProviderFeed : IDisposable
{
    private static readonly string[] Packages = ["Samples.Almanac", "Samples.Seeds"];

    private readonly TemporaryDirectory directory = new();

    public string Path => directory.Combine("feed");

    public string Version { get; } = $"1.0.0-test.{Environment.ProcessId}.{DateTime.UtcNow:yyyyMMddHHmmss}";

    public static async Task<ProviderFeed> PackAsync(CancellationToken cancellationToken)
    {
        var feed = new ProviderFeed();
        foreach (string package in Packages)
        {
            CommandResult packed = await Command.RunAsync(
                "dotnet",
                ["pack", System.IO.Path.Combine(Repository.Root, "samples", "providers", package), "-o", feed.Path, $"-p:PackageVersion={feed.Version}", "-nodeReuse:false", $"-p:BaseIntermediateOutputPath={feed.directory.Combine(package, "obj")}/"],
                feed.directory.Path,
                SdkProject.BuildEnvironment,
                cancellationToken: cancellationToken);
            packed.EnsureSuccess();
        }
        return feed;
    }

    // Also from where NuGet unpacked them to.
    public void Dispose()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (string unpacked in Packages.Select(package => System.IO.Path.Combine(packages, package.ToLowerInvariant())).Where(Directory.Exists))
        {
            if (Directory.Exists(System.IO.Path.Combine(unpacked, Version))) Directory.Delete(System.IO.Path.Combine(unpacked, Version), recursive: true);
            if (!Directory.EnumerateFileSystemEntries(unpacked).Any()) Directory.Delete(unpacked);
        }
        directory.Dispose();
    }
}

using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A directory with nothing in it but a project of one line that uses the packed package, and where NuGet finds that.</summary>
internal sealed class OperationsDirectory : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private OperationsDirectory(PackedPackage package)
    {
        Path = directory.CreateDirectory("operations");
        directory.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="buildpacktasks-test" value="{package.Feed}" />
              </packageSources>
            </configuration>
            """);
        directory.Write("operations/images.proj", $"""<Project Sdk="BuildpackTasks/{package.Version}" />""");
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The names of all that is in it, sorted.</summary>
    public string Contents => string.Join(' ', Directory.EnumerateFileSystemEntries(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal));

    /// <summary>Makes one.</summary>
    public static async Task<OperationsDirectory> CreateAsync() => new(await PackedPackage.GetAsync());

    /// <summary>A path outside of it.</summary>
    public string Beside(string name) => directory.Combine(name);

    /// <summary>Runs a <c>dotnet</c> command in it, which names no project.</summary>
    public Task<CommandResult> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken, IEnumerable<KeyValuePair<string, string?>>? environment = null) => Command.RunAsync(
        "dotnet",
        arguments,
        Path,
        [.. SdkProject.BuildEnvironment, new("ImageCacheDirectory", ImageCache.Directory), .. environment ?? []],
        cancellationToken: cancellationToken);

    /// <summary>Runs a target, as whoever operates images would: with properties like <c>-p:Image=…</c>.</summary>
    public Task<CommandResult> TargetAsync(string target, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(["msbuild", "-nologo", "-nodeReuse:false", $"-t:{target}", .. arguments], cancellationToken);

    /// <summary>Inspects images: the JSON in the log, and nothing beside it.</summary>
    public async Task<CommandResult> InspectAsync(string images, CancellationToken cancellationToken, params string[] arguments) =>
        await RunAsync(["msbuild", "-nologo", "-v:minimal", "-t:InspectImage", $"-p:Image={images.Replace(";", "%3B", StringComparison.Ordinal)}", .. arguments], cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => directory.Dispose();
}

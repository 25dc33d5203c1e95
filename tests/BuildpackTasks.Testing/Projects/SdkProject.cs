namespace BuildpackTasks.Testing;

/// <summary>A new project outside the repository, that uses the packed package as anybody would.</summary>
public sealed class SdkProject : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private int publishes;

    private SdkProject(ProjectTemplate template, ProjectOptions options, PackedPackage package)
    {
        Name = options.Name;
        Directory = directory.CreateDirectory(options.Name);
        directory.Write("NuGet.config", ProjectFiles.NuGetConfig(package));
        var extension = template is ProjectTemplate.FSharpConsole ? "fsproj" : "csproj";
        ProjectFile = Write($"{options.Name}.{extension}", ProjectFiles.ProjectFile(template, options, package));
        foreach (var (path, text) in ProjectFiles.Sources(template))
        {
            Write(path, text);
        }
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The directory of the project file.</summary>
    public string Directory { get; }

    /// <summary>The project file.</summary>
    public string ProjectFile { get; }

    /// <summary>Variables of a build that leaves no process behind, and that knows nothing of the build that runs the tests.</summary>
    public static IReadOnlyDictionary<string, string?> BuildEnvironment { get; } = new Dictionary<string, string?>
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["MSBuildSDKsPath"] = null,
        ["MSBuildExtensionsPath"] = null,
        ["MSBuildLoadMicrosoftTargetsReadOnly"] = null,
        ["MSBUILD_EXE_PATH"] = null,
    };

    /// <summary>Creates a project. Nothing is restored or built yet.</summary>
    public static async Task<SdkProject> CreateAsync(ProjectTemplate template, ProjectOptions? options = null) =>
        new(template, options ?? new ProjectOptions(), await PackedPackage.GetAsync());

    /// <summary>Writes a file of the project and gives its path.</summary>
    public string Write(string name, string text) => directory.Write(Path.Combine(Name, name), text);

    /// <summary>A path beside the project's directory, for outputs.</summary>
    public string Beside(string name) => directory.Combine(name);

    /// <summary>Publishes the project's image: <c>dotnet publish -p:PublishImage=true</c>, with further arguments.</summary>
    /// <param name="arguments">For <c>dotnet publish</c>: <c>-p:RunImage=…</c>, a destination.</param>
    /// <param name="environment">Variables of this publish.</param>
    /// <param name="cancellationToken">Kills the publish.</param>
    public Task<PublishResult> PublishImageAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null, CancellationToken cancellationToken = default) =>
        PublishAsync(["-p:PublishImage=true", .. arguments], environment, cancellationToken);

    /// <summary>Runs <c>dotnet publish</c>.</summary>
    public async Task<PublishResult> PublishAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null, CancellationToken cancellationToken = default)
    {
        var number = Interlocked.Increment(ref publishes);
        var items = directory.Combine($"items{number}.json");
        var result = await DotNetAsync(
            ["publish", ProjectFile, "-nodeReuse:false", "-getItem:PublishedImage", $"-getResultOutputFile:{items}", .. arguments],
            environment,
            cancellationToken);
        return new PublishResult(
            result, result.ExitCode == 0 ? PublishedImage.Parse(await File.ReadAllTextAsync(items, cancellationToken)) : []);
    }

    /// <summary>Runs any <c>dotnet</c> command in the project's directory, with <see cref="ImageCache"/> for layers unless told otherwise.</summary>
    public Task<CommandResult> DotNetAsync(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null, CancellationToken cancellationToken = default) =>
        Command.RunAsync(
            "dotnet",
            arguments,
            Directory,
            [.. BuildEnvironment, new("ImageCacheDirectory", ImageCache.Directory), .. environment ?? []],
            TimeSpan.FromMinutes(10),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => directory.Dispose();
}

namespace BuildpackTasks.Testing;

/// <summary>A directory with a project of one line, which has the packed package as its only SDK: for targets that need no app.</summary>
public sealed class OperationsProject : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private OperationsProject(PackedPackage package)
    {
        directory.Write("NuGet.config", ProjectFiles.NuGetConfig(package));
        ProjectFile = directory.Write("ops.proj", $"""<Project Sdk="BuildpackTasks/{package.Version}" />""" + "\n");
    }

    /// <summary>The directory.</summary>
    public string Directory => directory.Path;

    /// <summary>The project file.</summary>
    public string ProjectFile { get; }

    /// <summary>Creates one.</summary>
    public static async Task<OperationsProject> CreateAsync() => new(await PackedPackage.GetAsync());

    /// <summary>Writes a file beside the project and gives its path.</summary>
    public string Write(string name, string text) => directory.Write(name, text);

    /// <summary>Runs a target: <c>dotnet msbuild -t:TARGET</c>.</summary>
    /// <param name="target">The target.</param>
    /// <param name="arguments">Further arguments, such as <c>-p:Image=…</c>.</param>
    /// <param name="environment">Variables of this run.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public Task<CommandResult> RunAsync(
        string target, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>>? environment = null, CancellationToken cancellationToken = default) =>
        Command.RunAsync(
            "dotnet",
            ["msbuild", ProjectFile, $"-t:{target}", "-nodeReuse:false", "-nologo", .. arguments],
            Directory,
            [.. SdkProject.BuildEnvironment, new("ImageCacheDirectory", ImageCache.Directory), .. environment ?? []],
            TimeSpan.FromMinutes(10),
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => directory.Dispose();
}

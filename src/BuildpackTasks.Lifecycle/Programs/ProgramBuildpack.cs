using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack whose detection and build are programs, <c>bin/detect</c> and <c>bin/build</c> (buildpack specification).</summary>
/// <param name="descriptor">What its <c>buildpack.toml</c> says.</param>
/// <param name="host">Where its programs run.</param>
public sealed class ProgramBuildpack(BuildpackDescriptor descriptor, ProgramHost host) : IBuildpack
{
    // More is a program that loops; what it said first is what explains it.
    private const int MaxLinesKept = 1000;

    /// <inheritdoc/>
    public BuildpackDescriptor Descriptor => descriptor;

    private string PathInView => BuildpackDirectory.ProgramPathOf(descriptor.Id, descriptor.Version);

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => host.PlaceAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken)
    {
        ProgramPlace place = await host.PlaceAsync(cancellationToken);
        IProgramRunner runner = place.Runner;
        (ProgramExchange exchange, string plan, string planInView) = Exchange(runner, "");
        var lines = new List<string>();

        var start = new ProgramStart(
            $"{PathInView}/bin/detect",
            [PlatformDirectory.ProgramPath, planInView],
            Environment(place, context.RunImage, context.Environment, context.OperatorEnvironment, context.ExecutionEnvironment).ForDetection(planInView),
            host.ImageAppDirectory)
        { Exchange = exchange };
        int exitCode = await runner.RunAsync(start, Keep, cancellationToken);
        string said = lines.Count == 0 ? "" : $" and said '{lines[^1]}'";
        switch (exitCode)
        {
            case 0:
                return DetectResult.Pass("its bin/detect passed", [.. DetectPlanFile.Read(plan, descriptor)]);
            case 100:
                return DetectResult.Fail($"its bin/detect failed{said}");
            default:
                foreach (string line in lines) host.Say(descriptor, line);
                return new DetectResult(DetectOutcome.Errored, $"its bin/detect ended with exit code {exitCode}{said}", []);
        }

        void Keep(string line)
        {
            lock (lines)
            {
                if (lines.Count < MaxLinesKept) lines.Add(line);
            }
            host.Detail(descriptor, line);
        }
    }

    /// <inheritdoc/>
    public async Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(context.LayersDirectory);
        ProgramPlace place = await host.PlaceAsync(cancellationToken);
        IProgramRunner runner = place.Runner;
        (ProgramExchange exchange, _, string planInView) = Exchange(runner, TomlWriter.Write(Plan(context.Plan)));

        var start = new ProgramStart(
            $"{PathInView}/bin/build",
            [context.ImageLayersDirectory, PlatformDirectory.ProgramPath, planInView],
            (Environment(place, context.RunImage, context.Environment, context.OperatorEnvironment, context.ExecutionEnvironment) with { BuildEnvironment = context.BuildEnvironment })
                .ForBuild(context.ImageLayersDirectory, planInView),
            context.ImageAppDirectory)
        { Exchange = exchange };
        int exitCode = await runner.RunAsync(start, line => host.Say(descriptor, line), cancellationToken);
        if (exitCode != 0) throw LifecycleErrors.ProgramFailed(descriptor, "bin/build", exitCode);
        return new ProgramOutput(descriptor, context) { UserId = place.UserId, GroupId = place.GroupId }.Read(cancellationToken);
    }

    private ProgramEnvironment Environment(
        ProgramPlace place, RunImageFacts runImage, IReadOnlyDictionary<string, string> user, IReadOnlyList<EnvironmentVariable> @operator, string executionEnvironment) => new()
        {
            Inherited = place.InheritedEnvironment,
            Home = place.Runner.HomePath,
            RunImage = runImage,
            Api = BuildpackApi.TryParse(descriptor.Api, out BuildpackApi? api) ? api : throw new InvalidOperationException($"{descriptor} follows the unknown API {descriptor.Api}"),
            BuildpackDirectory = PathInView,
            ExecutionEnvironment = executionEnvironment,
            UserEnvironment = user,
            OperatorEnvironment = @operator,
            ClearsUserEnvironment = descriptor.ClearEnvironment,
        };

    private static (ProgramExchange Exchange, string Path, string InView) Exchange(IProgramRunner runner, string text)
    {
        const string Name = "plan.toml";
        ProgramExchange exchange = runner.CreateExchange();
        string path = Path.Combine(exchange.Directory, Name);
        // Never into what is there: it could lead to any file of the user's, or wait for a reader.
        using (var writer = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write })) writer.Write(text);
        return (exchange, path, $"{exchange.Path}/{Name}");
    }

    /// <summary>What the group requires of the buildpack (buildpack specification, "Buildpack Plan (TOML)").</summary>
    private static TomlTable Plan(IReadOnlyList<BuildPlanRequire> requires) => new()
    {
        ["entries"] = new TomlArray(requires.Select(static require =>
        {
            var entry = new TomlTable { ["name"] = require.Name };
            if (require.Metadata.Count > 0) entry["metadata"] = MetadataTable.From(require.Metadata);
            return entry;
        })),
    };
}

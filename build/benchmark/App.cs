using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>An app that is published.</summary>
/// <param name="Name">What the command line and the table call it.</param>
/// <param name="BaseImage">What both publishers put it on.</param>
internal sealed record App(string Name, string BaseImage)
{
    private static readonly Dictionary<string, string> Small = new() { ["InvariantGlobalization"] = "true" };

    private static readonly Dictionary<string, string> WithRuntime = new(Small)
    {
        ["RuntimeIdentifier"] = "linux-x64",
        ["SelfContained"] = "true",
    };

    public static IReadOnlyList<App> All { get; } =
    [
        new("framework-dependent", "aspnet") { Properties = Small },
        new("self-contained", "runtime-deps") { Properties = WithRuntime },
        new("large", "runtime-deps") { Properties = WithRuntime, HasLargePackage = true, MaxTimes = 1 },
    ];

    /// <summary>What its project sets.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>It refers to <see cref="LargePackage"/>.</summary>
    public bool HasLargePackage { get; init; }

    /// <summary>How often it is worth its time.</summary>
    public int MaxTimes { get; init; } = int.MaxValue;

    /// <summary>The file that a change of one line changes.</summary>
    public static string Greeting(string text) => $"internal static class Greeting\n{{\n    public const string Text = \"{text}\";\n}}\n";

    /// <summary>A web app with two packages and a static file, or three packages if one is large.</summary>
    /// <param name="name">The project's name.</param>
    public async Task<SdkProject> CreateAsync(string name)
    {
        var properties = new Dictionary<string, string>(Properties);
        var packages = new Dictionary<string, string> { ["Markdig"] = "1.6.0", ["Newtonsoft.Json"] = "13.0.3" };
        if (HasLargePackage)
        {
            properties["RestoreAdditionalProjectFallbackFolders"] = "../packages";
            packages[LargePackage.Id] = LargePackage.Version;
        }

        var project = await SdkProject.CreateAsync(
            ProjectTemplate.Web, new ProjectOptions { Name = name, Properties = properties, Packages = packages });
        project.Write("Greeting.cs", Greeting($"hello from {name}"));
        project.Write("Program.cs", """
            var app = WebApplication.CreateBuilder(args).Build();
            app.UseStaticFiles();
            app.MapGet("/", () => Newtonsoft.Json.JsonConvert.SerializeObject(Markdig.Markdown.ToHtml(Greeting.Text)));
            app.Run();

            """);
        if (HasLargePackage)
        {
            await LargePackage.WriteAsync(project.Beside("packages"));
        }

        return project;
    }
}

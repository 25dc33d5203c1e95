using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>An app that is published.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="BaseImage">What both publishers put it on.</param>
/// <param name="Properties">What its project sets.</param>
internal sealed record App(string Name, string BaseImage, IReadOnlyDictionary<string, string> Properties)
{
    public static App FrameworkDependent { get; } =
        new("framework-dependent", "aspnet", new Dictionary<string, string> { ["InvariantGlobalization"] = "true" });

    public static App SelfContained { get; } = new(
        "self-contained",
        "runtime-deps",
        new Dictionary<string, string>
        {
            ["InvariantGlobalization"] = "true",
            ["RuntimeIdentifier"] = "linux-x64",
            ["SelfContained"] = "true",
        });

    /// <summary>The file that a change of one line changes.</summary>
    public static string Greeting(string text) => $"internal static class Greeting\n{{\n    public const string Text = \"{text}\";\n}}\n";

    /// <summary>A web app with two packages and a static file.</summary>
    public async Task<SdkProject> CreateAsync()
    {
        var project = await SdkProject.CreateAsync(ProjectTemplate.Web, new ProjectOptions
        {
            Name = "Shop",
            Properties = Properties,
            Packages = new Dictionary<string, string> { ["Markdig"] = "1.6.0", ["Newtonsoft.Json"] = "13.0.3" },
        });
        project.Write("Greeting.cs", Greeting("hello"));
        project.Write("Program.cs", """
            var app = WebApplication.CreateBuilder(args).Build();
            app.UseStaticFiles();
            app.MapGet("/", () => Newtonsoft.Json.JsonConvert.SerializeObject(Markdig.Markdown.ToHtml(Greeting.Text)));
            app.Run();

            """);
        return project;
    }
}

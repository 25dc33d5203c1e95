using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of <c>Cases/launcher.json</c>: what a buildpack contributes, and why the image gets a launcher for it.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record LauncherCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "launcher.json")))!.AsArray()
            .Select(static item => new object[] { new LauncherCase((string)item!["name"]!, item) });

    public ExportSettings Settings => new() { LauncherMode = Enum.Parse<LauncherMode>((string?)Json["mode"] ?? "Auto") };

    public BuildResult Result => new()
    {
        // What the processes that a shell starts would fail without.
        Layers = [new BuildpackLayer { Name = LayerName.Parse("bash"), Entries = [LayerEntry.ForFile("usr/bin/bash", FileContent.FromBytes("#!"u8.ToArray()), LayerEntry.ExecutableMode)] }],
        // The first is the default; a shell starts one with an exclamation mark.
        Processes = [.. Texts("processes").Select(static (name, index) => new Process(ProcessType.Parse(name.TrimEnd('!')), ["/app/" + name.TrimEnd('!')], [], Default: index == 0) { Direct = !name.EndsWith('!') })],
        LauncherReasons = Texts("reasons"),
        LaunchEnvironment = Variables(Json["variables"]),
        ProcessEnvironment = (Json["own"]?.AsObject() ?? []).ToDictionary(static own => ProcessType.Parse(own.Key), static own => Variables(own.Value)),
    };

    public override string ToString() => Name;

    private static IReadOnlyList<EnvironmentVariable> Variables(JsonNode? node) => [.. (node?.AsArray() ?? []).Select(static item =>
    {
        string[] parts = ((string)item!).Split(' ');
        return new EnvironmentVariable(parts[0], parts[2], Enum.Parse<EnvironmentAction>(parts[1], ignoreCase: true), ":");
    })];

    private string[] Texts(string key) => [.. (Json[key]?.AsArray() ?? []).Select(static item => (string)item!)];
}

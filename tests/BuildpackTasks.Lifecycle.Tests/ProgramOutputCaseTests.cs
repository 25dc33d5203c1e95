using System.Text.Json.Nodes;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ProgramOutputCaseTests
{
    private static IEnumerable<object[]> Cases => JsonCase.Load("outputs.json");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Buildpacks that are programs run on Linux.")]
    public void What_a_program_left_is_what_the_specification_makes_of_it(JsonCase item)
    {
        using var layers = new LayersDirectory();
        foreach ((string path, JsonNode? content) in item.Json["files"]!.AsObject()) layers.Add(path, content);
        ProgramOutput output = layers.Output(
            (string?)item.Json["api"] ?? "0.11",
            (string?)item.Json["execution"] ?? "production",
            [.. (item.Json["sbom"]?.AsArray() ?? []).Select(static format => (string)format!)],
            [.. (item.Json["plan"]?.AsArray() ?? []).Select(static name => (string)name!)]);

        if ((string?)item.Json["error"] is { } expected)
        {
            var error = Assert.ThrowsExactly<LifecycleException>(() => output.Read(CancellationToken.None));
            Assert.AreEqual(
                expected.Replace("{layers}", layers.Path, StringComparison.Ordinal).Replace("{advice}", "Correct the buildpack, or use another version of it.", StringComparison.Ordinal),
                $"{error.Code}: {error.Message}");
            return;
        }
        BuildResult result = output.Read(CancellationToken.None);

        string[] actual = [.. (bool?)item.Json["flags"] == true ? Flags(result) : [], .. (bool?)item.Json["quiet"] == true ? [] : Layers(result), .. Describe(result, (bool?)item.Json["flags"] == true)];
        Assert.AreEqual(string.Join('\n', item.Json["expect"]!.AsArray().Select(static line => (string)line!)), string.Join('\n', actual));
        if ((string?)item.Json["left"] is { } left)
        {
            foreach (string path in left.Split(' ')) Assert.IsTrue(System.IO.Path.Exists(System.IO.Path.Combine(layers.Path, path)), path);
            Assert.AreEqual(string.Join(' ', left.Split(' ').Where(static path => !path.Contains('/'))), string.Join(' ', Directory.EnumerateFileSystemEntries(layers.Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)));
        }
    }

    private static IEnumerable<string> Flags(BuildResult result) => result.Layers.Select(static layer => $"layer {layer.Name}{Types(layer)}");

    private static IEnumerable<string> Layers(BuildResult result)
    {
        foreach (BuildpackLayer layer in result.Layers)
        {
            string contents = layer.IsKept ? " kept" : string.Concat(layer.Entries!.Select(static entry => entry.Path).Order(StringComparer.Ordinal).Select(static path => $" {path}"));
            yield return $"layer {layer.Name}{Types(layer)}:{contents}";
        }
        foreach (BuildpackLayer layer in result.Layers.Where(static layer => layer.Metadata.Count > 0)) yield return $"metadata {layer.Name} {Json(layer.Metadata)}";
    }

    private static IEnumerable<string> Describe(BuildResult result, bool flagsOnly)
    {
        if (flagsOnly) yield break;
        foreach (Process process in result.Processes)
        {
            yield return $"process {process.Type} [{string.Join(process.Command.Any(static part => part.Contains(' ')) ? "|" : " ", process.Command)}] [{string.Join(' ', process.Arguments)}]"
                + $"{(process.Default ? " default" : "")}{(process.Direct ? " direct" : " shell")}{(process.WorkingDirectory is { } directory ? $" in {directory}" : "")}"
                + (process.ExecutionEnvironments.Count > 0 ? $" for {string.Join(' ', process.ExecutionEnvironments)}" : "");
        }
        foreach ((string name, string value) in result.Labels) yield return $"label {name}={value}";
        foreach (Slice slice in result.Slices) yield return $"slice {slice.Name}:{string.Concat(slice.Paths.Select(static path => $" {path}"))}";
        foreach (SbomFile sbom in result.Sboms) yield return $"sbom {sbom.Scope} {sbom.Layer?.ToString()} {sbom.Extension}";
        foreach (EnvironmentVariable change in result.LaunchEnvironment) yield return $"launch {Change(change)}";
        foreach ((ProcessType type, IReadOnlyList<EnvironmentVariable> changes) in result.ProcessEnvironment)
        {
            foreach (EnvironmentVariable change in changes) yield return $"launch of {type} {Change(change)}";
        }
        foreach (EnvironmentVariable change in result.BuildEnvironment) yield return $"build {Change(change)}";
        foreach (string reason in result.LauncherReasons) yield return $"need: {reason}";
        if (result.Store is not null) yield return $"store {Json(result.Store)}";
        foreach (string name in result.Unmet) yield return $"unmet {name}";
    }

    private static string Types(BuildpackLayer layer) => $"{(layer.Launch ? " launch" : "")}{(layer.Build ? " build" : "")}{(layer.Cache ? " cache" : "")}";

    private static string Change(EnvironmentVariable change) => $"{change.Name} {change.Action} {change.Delimiter} {change.Value}";

    private static string Json(object value) => value switch
    {
        IReadOnlyDictionary<string, object> table => $"{{{string.Join(',', table.Select(static entry => $"\"{entry.Key}\":{Json(entry.Value)}"))}}}",
        TomlArray array => $"[{string.Join(',', array.Select(Json))}]",
        double number => number.ToString("0.0"),
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => value.ToString()!,
    };
}

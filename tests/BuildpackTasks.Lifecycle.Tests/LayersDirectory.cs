using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The layers directory of the buildpack <c>acme/node</c>, as its program left it.</summary>
internal sealed class LayersDirectory : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public LayersDirectory() => directory.CreateDirectory("acme_node");

    public string Path => directory.Combine("acme_node");

    public string At(string path) => directory.Combine("acme_node", path);

    /// <summary>Adds a file with text, an empty directory (null) or a link.</summary>
    public void Add(string path, JsonNode? content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(path))!);
        if (content is null) Directory.CreateDirectory(At(path));
        else if (content is JsonObject link) File.CreateSymbolicLink(At(path), (string)link["link"]!);
        else File.WriteAllText(At(path), (string)content!);
    }

    public ProgramOutput Output(string api = "0.11", string execution = "production", IReadOnlyList<string>? formats = null, IReadOnlyList<string>? plan = null, IReadOnlyDictionary<LayerName, LayerStart>? starts = null) => new(
        new BuildpackDescriptor(BuildpackId.Parse("acme/node"), "1.0.0", api) { SbomFormats = formats ?? [] },
        new BuildContext(
            "/app", "/workspace", "/layers/acme_node", new RunImageFacts { Platform = new Platform("linux", "amd64") }, new Dictionary<string, string>(),
            [.. (plan ?? []).Select(BuildPlanRequire.Named)])
        {
            LayersDirectory = Path,
            ExecutionEnvironment = execution,
            PreviousStarts = starts ?? new Dictionary<LayerName, LayerStart>(),
        });

    public void Dispose() => directory.Dispose();
}

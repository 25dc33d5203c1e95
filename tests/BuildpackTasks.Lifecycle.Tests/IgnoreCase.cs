using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of <c>Cases/gitignore.json</c>: patterns, paths, and which of these they match.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record IgnoreCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "gitignore.json")))!.AsArray()
            .Select(static item => new object[] { new IgnoreCase((string)item!["name"]!, item) });

    public IReadOnlyList<string> Patterns => Texts("patterns");

    public IReadOnlyList<string> Paths => Texts("paths");

    public IReadOnlyList<string> Matched => Texts("matched");

    public override string ToString() => Name;

    private string[] Texts(string key) => [.. Json[key]!.AsArray().Select(static item => (string)item!)];
}

using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of <c>Cases/slices.json</c>: files and slices, and which files each slice and the remainder get.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record SliceCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "slices.json")))!.AsArray()
            .Select(static item => new object[] { new SliceCase((string)item!["name"]!, item) });

    public IReadOnlyList<string> Files => Texts(Json["files"]!);

    public IReadOnlyList<Slice> Slices => [.. Json["slices"]!.AsArray().Select(static (slice, index) => new Slice(Invariant(index), Texts(slice!)))];

    public static string Invariant(int index) => "slice" + index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public override string ToString() => Name;

    private static string[] Texts(JsonNode node) => [.. node.AsArray().Select(static item => (string)item!)];
}

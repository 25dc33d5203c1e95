using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of a file in <c>Cases/</c>: a list of objects, each with a name.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record JsonCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> Load(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", file)))!.AsArray()
            .Select(static item => new object[] { new JsonCase((string)item!["name"]!, item) });

    /// <summary>The texts of an object, by key; none where it is missing.</summary>
    public IReadOnlyDictionary<string, string> Map(string key) =>
        Json[key]?.AsObject().ToDictionary(static item => item.Key, static item => (string)item.Value!) ?? [];

    /// <summary>Changes of variables: name, value, action and perhaps delimiter.</summary>
    public IReadOnlyList<EnvironmentVariable> Changes(string key) =>
    [
        .. (Json[key]?.AsArray() ?? []).Select(static change => new EnvironmentVariable(
            (string)change![0]!, (string)change[1]!, Enum.Parse<EnvironmentAction>((string)change[2]!), change.AsArray().Count > 3 ? (string)change[3]! : "")),
    ];

    public override string ToString() => Name;
}

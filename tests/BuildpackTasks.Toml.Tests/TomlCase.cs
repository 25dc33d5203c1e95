using System.Text;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Toml.Tests;

/// <summary>A document of <c>Cases/</c>, and what reading it must give.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Document">The document as it is stored.</param>
/// <param name="Value">What it holds, as tagged JSON, or null where it is invalid.</param>
/// <param name="Error">What is wrong with it and where, or null where it is valid.</param>
public sealed record TomlCase(string Name, byte[] Document, JsonNode? Value, string? Error)
{
    public static IReadOnlyList<TomlCase> Load(string file) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", file)))!.AsArray().Select(static item => Create(item!))];

    public override string ToString() => Name;

    private static TomlCase Create(JsonNode item)
    {
        string? text = (string?)item["document"];
        byte[] document = text is null ? Convert.FromHexString((string)item["bytes"]!) : Encoding.UTF8.GetBytes(text);
        return new TomlCase((string)item["name"]!, document, item["value"], (string?)item["error"]);
    }
}

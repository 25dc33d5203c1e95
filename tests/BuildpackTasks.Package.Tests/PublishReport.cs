using System.Text.Json.Nodes;

namespace BuildpackTasks.Package.Tests;

/// <summary>What <c>report.json</c> says of a publish.</summary>
/// <param name="Layers">Each layer: <c>NAME ORIGIN, TRANSFER: REASON</c>.</param>
/// <param name="Phases">The names of the phases.</param>
/// <param name="Requests">How many requests they made together.</param>
/// <param name="BytesSent">How many bytes they sent together.</param>
/// <param name="Notes">What was not as it should be.</param>
internal sealed record PublishReport(IReadOnlyList<string> Layers, IReadOnlyList<string> Phases, long Requests, long BytesSent, IReadOnlyList<string> Notes)
{
    /// <summary>Reads the report of a project's last publish.</summary>
    /// <param name="projectDirectory">The project's directory.</param>
    public static PublishReport Read(string projectDirectory)
    {
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(projectDirectory, "obj", "Release", "net10.0", "image", "report.json")))!["buildpacktasks"]!;
        var phases = report["phases"]!.AsArray();
        return new PublishReport(
            [.. report["layers"]!.AsArray().Select(static layer => $"{layer!["name"]} {layer["origin"]}, {layer["transfer"]}: {layer["reason"]}")],
            [.. phases.Select(static phase => (string)phase!["name"]!)],
            phases.Sum(static phase => (long)phase!["requests"]!),
            phases.Sum(static phase => (long)phase!["bytes-sent"]!),
            [.. report["notes"]!.AsArray().Select(static note => (string)note!)]);
    }
}

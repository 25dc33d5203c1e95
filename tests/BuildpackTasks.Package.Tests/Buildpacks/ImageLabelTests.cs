using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What other tools read of an image that buildpacks have made: <c>pack inspect</c>, <c>pack rebase</c>, <c>pack sbom download</c>.</summary>
[TestClass]
public sealed partial class ImageLabelTests : IDisposable
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task Labels_and_variables_of_an_image_with_a_program_buildpack()
    {
        BashBuildpack.Write(directory.Combine("agent"), "acme/agent", "exit 0", """
            set -eu
            cd "$CNB_LAYERS_DIR"
            mkdir -p agent/exec.d kit
            echo agent >agent/file
            printf '#!/bin/sh\n' >agent/exec.d/start
            chmod 755 agent/exec.d/start
            printf '[types]\nlaunch = true\ncache = true\n[metadata]\nversion = "1.0"\nsizes = [1, 2]\n' >agent.toml
            printf '[types]\nbuild = true\n' >kit.toml
            printf '{"bomFormat": "CycloneDX"}' >agent.sbom.cdx.json
            printf '{"spdxVersion": "SPDX-2.3"}' >launch.sbom.spdx.json
            printf '[metadata]\nseen = 1\n' >store.toml
            cat >launch.toml <<'END'
            [[labels]]
            key = "com.example.agent"
            value = "a \"quoted\" text"
            [[processes]]
            type = "agent"
            command = ["/layers/acme_agent/agent/file", "-v"]
            args = ["--fast"]
            working-dir = "/srv"
            [[slices]]
            paths = ["*.pdb"]
            END
            """, buildpack: """sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json"]""");

        SharedResult result = await SharedProject.Programs.PublishImageAsync([$"-p:TestBuildpack={directory.Combine("agent")}", "-p:RunImage=debian://trixie"], Token);

        Assert.AreEqual(0, result.Command.ExitCode, result.Command.All);
        ImageInLayout image = await ImageInLayout.ReadAsync(result.Layout, Token);
        var seen = new JsonObject
        {
            ["layers"] = new JsonArray([.. image.LayerNames.Select(static name => JsonValue.Create(name))]),
            ["entrypoint"] = JsonNode.Parse(image.Execution.GetProperty("Entrypoint").GetRawText()),
            ["env"] = new JsonArray([.. image.Execution.GetProperty("Env").EnumerateArray().Select(static variable => JsonValue.Create(variable.GetString()))]),
        };
        foreach (JsonProperty label in image.Execution.GetProperty("Labels").EnumerateObject().OrderBy(static label => label.Name, StringComparer.Ordinal))
        {
            if (label.Name.StartsWith("io.buildpacks.", StringComparison.Ordinal)) seen[label.Name] = label.Value.GetString()!.StartsWith('{') ? JsonNode.Parse(label.Value.GetString()!) : label.Value.GetString();
        }
        Assert.AreEqual("a \"quoted\" text", image.Execution.GetProperty("Labels").GetProperty("com.example.agent").GetString());
        string golden = Path.Combine(Repository.Root, "tests", "BuildpackTasks.Package.Tests", "Buildpacks", "labels.json");
        string text = Digests().Replace(seen.ToJsonString(Readable), "DIGEST");
        text = Sizes().Replace(text, "\"size\": SIZE");
        text = text.Replace($"\"version\": \"{(await PackedPackage.GetAsync()).Version.Split('-')[0]}\"", "\"version\": \"PACKAGE\"", StringComparison.Ordinal);
        text = Runtimes().Replace(text, "RUNTIME");
        Assert.AreEqual((await File.ReadAllTextAsync(golden, Token)).TrimEnd(), text);
        // The label names every layer of the image, the run image's too, by the digest of what is in it.
        string[] diffIds = [.. image.Config.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static id => id.GetString()!)];
        string[] named = [.. Shas().Matches(seen["io.buildpacks.lifecycle.metadata"]!.ToJsonString()).Select(static match => match.Groups[1].Value)];
        Assert.AreEqual(string.Join('\n', diffIds.Order(StringComparer.Ordinal)), string.Join('\n', named.Order(StringComparer.Ordinal)));
        IReadOnlyList<string> bills = await image["Software Bill-of-Materials"].PathsAsync(Token);
        Assert.AreEqual(
            "/layers/sbom/launch/acme_agent/agent/sbom.cdx.json /layers/sbom/launch/acme_agent/sbom.spdx.json",
            string.Join(' ', bills.Where(static path => path.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        Assert.AreEqual(diffIds[0], (string?)seen["io.buildpacks.lifecycle.metadata"]!["runImage"]!["topLayer"]);
    }

    [GeneratedRegex("(sha256:)?[0-9a-f]{64}")]
    private static partial Regex Digests();

    [GeneratedRegex("\"size\": [0-9]+")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"10\.0\.[0-9]+")]
    private static partial Regex Runtimes();

    [GeneratedRegex("\"sha\":\"(sha256:[0-9a-f]{64})\"")]
    private static partial Regex Shas();
}

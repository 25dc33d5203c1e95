using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ReportTests
{
    [TestMethod]
    public async Task D16_The_size_of_the_manifest_is_an_integer_in_the_report_as_in_the_reference_and_not_a_string()
    {
        using var scenario = new Scenario();
        ExportedImage exported = await scenario.PublishAsync();
        await (await ReportAsync(scenario, exported, [])).WriteAsync(scenario.Image, CancellationToken.None);
        string text = await File.ReadAllTextAsync(scenario.Image.ReportFile);

        Assert.AreEqual((long)exported.Image.ManifestBytes.Length, ((TomlTable)TomlReader.Read(text)["image"])["manifest-size"]);

        await File.WriteAllTextAsync(scenario.Image.ReportFile, text.Replace($"manifest-size = {exported.Image.ManifestBytes.Length}", $"manifest-size = \"{exported.Image.ManifestBytes.Length}\"", StringComparison.Ordinal));
        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => ReportFile.ReadAsync(scenario.Image, CancellationToken.None));
        Assert.AreEqual("BPT2004", error.Code);
    }

    [TestMethod]
    public async Task The_report_says_what_was_built_and_how_and_its_twin_says_the_same()
    {
        using var scenario = new Scenario();
        ExportedImage exported = await scenario.PublishAsync();
        var transfers = exported.Layers.ToDictionary(static layer => layer.Layer.Descriptor.Digest, static layer => layer.Name == "app" ? BlobTransferKind.Sent : BlobTransferKind.Mounted);

        ReportFile report = (await ReportAsync(scenario, exported, transfers)) with
        {
            Notes = ["The previous image \"web\" is not used."],
            Phases = [new ReportedPhase("AnalyzeImage", TimeSpan.FromMilliseconds(1234.5), new RegistryTraffic(3, 0, 5000)), new ReportedPhase("ExportImage", TimeSpan.FromSeconds(2), new RegistryTraffic(6, 70000, 12))],
        };
        await report.WriteAsync(scenario.Image, CancellationToken.None);

        ILayer run = exported.Image.Layers[0];
        KnownLayer[] layers = [.. exported.Layers.Select(static layer => layer.Layer)];
        string Layer(int index, string name, string transfer) => $"""

            [[buildpacktasks.layers]]
            name = "{name}"
            digest = "{layers[index].Descriptor.Digest}"
            diff-id = "{layers[index].DiffId}"
            size = {layers[index].Descriptor.Size}
            fingerprint = "{layers[index].Fingerprint}"
            origin = "created"
            reason = "there is no previous image, and no cache has it"
            transfer = "{transfer}"

            """;
        Assert.AreEqual(
            $"""
            [image]
            tags = ["registry.example.com/web:1"]
            digest = "{exported.Image.Digest}"
            manifest-size = {exported.Image.ManifestBytes.Length}

            [buildpacktasks]
            notes = ["The previous image \"web\" is not used."]

            [[buildpacktasks.layers]]
            name = "run image"
            digest = "{run.Descriptor.Digest}"
            diff-id = "{run.DiffId}"
            size = {run.Descriptor.Size}
            fingerprint = "{((KnownLayer)run).Fingerprint}"
            origin = "run image"
            reason = "it came with the run image"

            """
            + Layer(0, "runtime", "mounted") + Layer(1, "packages", "mounted") + Layer(2, "static", "mounted") + Layer(3, "app", "sent")
            + """

            [[buildpacktasks.phases]]
            name = "AnalyzeImage"
            milliseconds = 1234
            requests = 3
            bytes-sent = 0
            bytes-received = 5000

            [[buildpacktasks.phases]]
            name = "ExportImage"
            milliseconds = 2000
            requests = 6
            bytes-sent = 70000
            bytes-received = 12

            """,
            await File.ReadAllTextAsync(scenario.Image.ReportFile));

        ReportFile read = await ReportFile.ReadAsync(scenario.Image, CancellationToken.None);
        CollectionAssert.AreEqual(report.Layers.ToArray(), read.Layers.ToArray());
        Assert.AreEqual(report.Notes[0], read.Notes.Single());
        Assert.AreEqual(report.Phases[1], read.Phases[1]);

        JsonNode json = JsonNode.Parse(await File.ReadAllTextAsync(scenario.Image.ReportJsonFile))!;
        Assert.AreEqual(exported.Image.Digest.ToString(), (string?)json["image"]!["digest"]);
        Assert.AreEqual(report.Notes[0], (string?)json["buildpacktasks"]!["notes"]![0]);
        Assert.AreEqual(
            $$"""{"name":"app","digest":"{{layers[3].Descriptor.Digest}}","diff-id":"{{layers[3].DiffId}}","size":{{layers[3].Descriptor.Size}},"fingerprint":"{{layers[3].Fingerprint}}","origin":"created","reason":"there is no previous image, and no cache has it","transfer":"sent"}""",
            json["buildpacktasks"]!["layers"]![4]!.ToJsonString());
        Assert.AreEqual("""{"name":"AnalyzeImage","milliseconds":1234,"requests":3,"bytes-sent":0,"bytes-received":5000}""", json["buildpacktasks"]!["phases"]![0]!.ToJsonString());
    }

    [TestMethod]
    public async Task A_layer_says_why_it_was_reused_or_made()
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();
        scenario.Write("runtime/libruntime.so", "another runtime");
        scenario.Write("app/Web.dll", "another app");

        ExportedImage second = await scenario.PublishAsync(previous: new ResolvedImage("web", "web@" + first.Image.Digest, first.Image));

        ReportFile report = await ReportAsync(scenario, second, new Dictionary<Digest, BlobTransferKind>());
        Assert.AreEqual("""
            run image: it came with the run image
            runtime: it is not what it was in the previous image, and no cache has it
            packages: the layer cache of this machine has it
            static: the layer cache of this machine has it
            app: neither the previous image nor a cache has it
            """, string.Join('\n', report.Layers.Select(static layer => $"{layer.Name}: {layer.Reason}")));
    }

    [TestMethod]
    public async Task A_report_that_cannot_be_written_is_an_error()
    {
        using var scenario = new Scenario();
        ExportedImage exported = await scenario.PublishAsync();
        ReportFile report = await ReportAsync(scenario, exported, new Dictionary<Digest, BlobTransferKind>());
        Directory.CreateDirectory(scenario.Image.ReportJsonFile);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => report.WriteAsync(scenario.Image, CancellationToken.None));

        Assert.AreEqual("BPT2005", error.Code);
        Assert.AreEqual("", string.Join(' ', Directory.GetFiles(scenario.Image.Path, "report*").Select(Path.GetFileName)));
    }

    private static async Task<ReportFile> ReportAsync(Scenario scenario, ExportedImage exported, Dictionary<Digest, BlobTransferKind> transfers) => ReportFile.Of(
        exported, await AnalyzedFile.ReadAsync(scenario.Image, CancellationToken.None), new Dictionary<Digest, LayerOrigin>(), transfers, ["registry.example.com/web:1"]);
}

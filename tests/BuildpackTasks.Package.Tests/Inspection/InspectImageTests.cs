using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Published images, inspected by the packed package from a directory with a project of one line.</summary>
[TestClass]
public sealed class InspectImageTests
{
    private static readonly string[] Metadata = ["Platform", "Layers", "RunImage", "Rebasable", "RebaseObstacle", "NewerRunImage", "NewerRuntime", "OperatingSystem", "Packages"];

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Layers_sizes_digest_and_labels_agree_with_what_skopeo_says()
    {
        using var operations = await OperationsDirectory.CreateAsync();
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await OtherTools.CopyAsync($"oci:{await Greeter.LayoutAsync()}", $"docker://{registry.Host}/greeter:1", Token);

        var result = await operations.InspectAsync($"{registry.Host}/greeter:1", Token, "-p:InspectOutput=-");

        JsonNode image = JsonNode.Parse(result.EnsureSuccess().Output)!.AsArray().Single()!;
        JsonNode skopeo = JsonNode.Parse(await OtherTools.RunAsync("skopeo", ["inspect", "--tls-verify=false", $"docker://{registry.Host}/greeter:1"], Token))!;
        Assert.AreEqual((string?)skopeo["Digest"], (string?)image["digest"]);
        Assert.AreEqual((string?)skopeo["Created"], (string?)image["created"]);
        Assert.AreEqual($"{skopeo["Os"]}/{skopeo["Architecture"]}", (string?)image["platform"]);
        Assert.AreEqual(skopeo["Layers"]!.ToJsonString(), new JsonArray([.. image["layers"]!.AsArray().Select(static layer => layer!["digest"]!.DeepClone())]).ToJsonString());
        JsonNode manifest = JsonNode.Parse(await OtherTools.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/greeter:1"], Token))!;
        Assert.AreEqual((string?)manifest["mediaType"], (string?)image["mediaType"]);
        Assert.AreEqual(manifest["layers"]!.AsArray().Sum(static layer => (long)layer!["size"]!), (long)image["size"]!);
        Assert.AreEqual(
            string.Join(' ', manifest["layers"]!.AsArray().Select(static layer => $"{layer!["mediaType"]} {layer["digest"]} {layer["size"]}")),
            string.Join(' ', image["layers"]!.AsArray().Select(static layer => $"{layer!["mediaType"]} {layer["digest"]} {layer["size"]}")));
        Assert.IsTrue(JsonNode.DeepEquals(skopeo["Labels"], image["labels"]), image["labels"]!.ToJsonString());
        Assert.AreEqual(skopeo["Env"]!.ToJsonString(), image["config"]!["environment"]!.ToJsonString());
        Assert.AreEqual("images.proj", operations.Contents);
    }

    [TestMethod]
    public async Task An_image_on_Debian_packages_says_what_it_is_made_of()
    {
        using var operations = await OperationsDirectory.CreateAsync();

        var result = await operations.InspectAsync($"oci:{await Greeter.LayoutAsync()}", Token, "-p:InspectOutput=-");

        JsonNode image = JsonNode.Parse(result.EnsureSuccess().Output)!.AsArray().Single()!;
        Assert.AreEqual("debian://trixie", (string?)image["runImage"]!["name"]);
        Assert.AreEqual("no", (string?)image["runImage"]!["newer"]!["answer"], image["runImage"]!.ToJsonString());
        Assert.AreEqual("""{"isPossible":true,"code":null,"reason":null}""", image["rebase"]!.ToJsonString());
        Assert.AreEqual("debian 13 glibc dpkg", $"{image["system"]!["distribution"]} {image["system"]!["version"]} {image["system"]!["cLibrary"]} {image["system"]!["packageManager"]}");
        Assert.Contains("libc6", image["system"]!["packages"]!.AsArray().Select(static package => (string?)package!["name"]));
        Assert.AreEqual("run image|buildpacktasks/dotnet-runtime:dotnet-runtime|app|app", string.Join('|', image["layers"]!.AsArray().Select(static layer => (string?)layer!["name"])));
        Assert.AreEqual(".NET layer", $"{image["runtime"]!["name"]} {image["runtime"]!["origin"]}");
        Assert.AreEqual("no", (string?)image["runtime"]!["newer"]!["answer"]);
        Assert.Contains("buildpacktasks/dotnet-app", image["buildpacks"]!.AsArray().Select(static buildpack => (string?)buildpack!["id"]));
        Assert.IsTrue((bool)image["processes"]!.AsArray().Single()!["default"]!);
        Assert.AreEqual("[]", image["notes"]!.ToJsonString());
    }

    [TestMethod]
    public async Task A_newer_run_image_under_the_same_tag_is_found_without_fetching_its_layers()
    {
        using var operations = await OperationsDirectory.CreateAsync();
        string layout = operations.Beside("image"), name, before, after;
        JsonNode current, newer;
        IReadOnlyList<RegistryRequest> requests;
        await using (var registry = await RegistryServer.StartAsync(cancellationToken: Token))
        {
            name = $"{registry.Host}/base/system:1";
            before = await PushBaseAsync($"docker://{name}", "1.0");
            var published = await SharedProject.Console.PublishImageAsync([$"-p:RunImage={name}", $"-p:ImageLayoutPath={layout}"], Token);
            published.Command.EnsureSuccess();

            current = await RunImageAsync(operations, layout);
            after = await PushBaseAsync($"docker://{name}", "1.1");
            await registry.ClearRequestsAsync(Token);
            newer = await RunImageAsync(operations, layout);
            requests = await registry.GetRequestsAsync(Token);
        }
        JsonNode unknown = await RunImageAsync(operations, layout);

        Assert.AreEqual($"{name} {name}@{before} no", $"{current["name"]} {current["reference"]} {current["newer"]!["answer"]}");
        Assert.AreEqual($"yes {name}@{after}", $"{newer["newer"]!["answer"]} {newer["newer"]!["found"]}");
        Assert.IsFalse(requests.Any(static request => request.Method is not ("GET" or "HEAD")), string.Join('\n', requests));
        Assert.IsLessThanOrEqualTo(3, requests.Count, string.Join('\n', requests));
        Assert.AreEqual("unknown", (string?)unknown["newer"]!["answer"]);
        Assert.StartsWith("BPT1102: ", (string)unknown["newer"]!["reason"]!);
    }

    [TestMethod]
    [DataRow("oci-archive")]
    [DataRow("docker-archive")]
    public async Task Archives_are_inspected_and_the_item_says_the_most_important(string kind)
    {
        using var operations = await OperationsDirectory.CreateAsync();
        string archive = $"{kind}:{operations.Beside("image.tar")}:greeter:1";
        await OtherTools.CopyAsync($"oci:{await Greeter.LayoutAsync()}", kind == "oci-archive" ? archive.Replace(":greeter:1", "", StringComparison.Ordinal) : archive, Token);

        var result = await operations.InspectAsync($"{kind}:{operations.Beside("image.tar")}", Token, "-p:InspectPackages=false", "-getItem:InspectedImage");

        JsonNode item = JsonNode.Parse(result.EnsureSuccess().Output)!["Items"]!["InspectedImage"]!.AsArray().Single()!;
        Assert.AreEqual(
            "linux/amd64|4|debian://trixie|true||unknown|no||",
            string.Join('|', Metadata.Select(name => (string?)item[name])));
        Assert.AreEqual((string?)item["RuntimeVersion"], (string?)item["NewestRuntimeVersion"]);
        if (kind == "oci-archive") Assert.AreEqual((await Greeter.ImageAsync()).Digest, (string?)item["Digest"]);
    }

    [TestMethod]
    [DataRow("docker", "{0}/runtime:10.0")]
    [DataRow("oci-archive", "oci-archive:{1}:10.0")]
    public async Task Each_platform_of_an_index_is_inspected_also_where_no_buildpack_made_it(string transport, string name)
    {
        using var operations = await OperationsDirectory.CreateAsync();
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        RunImageIndex.Write(operations.Beside("index"));
        name = name.Replace("{0}", registry.Host, StringComparison.Ordinal).Replace("{1}", operations.Beside("index.tar"), StringComparison.Ordinal);
        string place = transport == "docker" ? $"docker://{name}" : name;
        await OtherTools.CopyAsync($"oci:{operations.Beside("index")}:10.0", place, Token);
        string raw = await OtherTools.DigestAsync(place, Token);

        var file = operations.Beside("out/images.json");
        var result = await operations.InspectAsync(name, Token, $"-p:InspectOutput={file}");

        JsonArray images = JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!.AsArray();
        result.EnsureSuccess();
        Assert.AreEqual(
            $"linux/amd64 {raw} BPT2220 10.0.9 run image yes|linux/arm64 {raw} BPT2220 10.0.9 run image yes",
            string.Join('|', images.Select(static image => $"{image!["platform"]} {image["indexDigest"]} {image["rebase"]!["code"]} {image["runtime"]!["version"]} {image["runtime"]!["origin"]} {image["runtime"]!["newer"]!["answer"]}")));
        Assert.Contains($"  {name} for linux/arm64", result.Output.Split('\n').Select(static line => line.TrimEnd('\r')));
        Assert.AreEqual("images.json", string.Join(' ', Directory.GetFiles(operations.Beside("out")).Select(Path.GetFileName)));
    }

    private async Task<JsonNode> RunImageAsync(OperationsDirectory operations, string layout)
    {
        var result = await operations.InspectAsync($"oci:{layout}", Token, "-p:InspectOutput=-");
        return JsonNode.Parse(result.EnsureSuccess().Output)![0]!["runImage"]!;
    }

    private async Task<string> PushBaseAsync(string destination, string version)
    {
        using var image = new HandmadeImage();
        await image.AddLayerAsync(root => File.WriteAllText(Path.Combine(root, "version"), version), Token);
        await image.WriteAsync(destination, Token, "PATH=/usr/bin");
        return await OtherTools.DigestAsync(destination, Token);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Run images that are not there, or are not what they should be.</summary>
[TestClass]
public sealed class RunImageTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_run_image_that_the_registry_does_not_have_is_refused()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);

        var refused = await RefuseAsync($"{registry.Host}/team/run:1");

        refused.AssertRefused($"BPT5017: The run image '{registry.Host}/team/run:1' does not exist. Set RunImage to an image for linux/amd64 that does, or to debian://trixie, which needs no registry.");
    }

    [TestMethod]
    public async Task A_registry_that_does_not_answer_is_named()
    {
        var host = $"localhost:{FreePort.Next()}";

        var refused = await RefuseAsync($"{host}/run:1");

        refused.AssertRefused($"BPT1102: The registry at '{host}' cannot be reached: Connection refused. Check that it runs, its name and port, and the machine's network and proxy.");
    }

    [TestMethod]
    public async Task A_run_image_for_another_processor_is_refused()
    {
        var layout = await LayoutAsync();

        var refused = await RefuseAsync($"oci:{layout}", "-p:ContainerRuntimeIdentifier=linux-arm64");

        refused.AssertRefused($"BPT1006: '{layout}' has no image for linux/arm64. It has: linux/amd64. Use an image that is built for linux/arm64, or set ContainerRuntimeIdentifier to one of those.");
    }

    [TestMethod]
    public async Task A_run_image_whose_config_is_malformed_is_refused()
    {
        var layout = await LayoutAsync();
        await ReplaceConfigAsync(layout, """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":"none"}}""");

        var refused = await RefuseAsync($"oci:{layout}");

        refused.AssertRefused($"BPT1003: The config of '{layout}' is not an image config: 'diff_ids' has another form than the specification says. Use another image or have this one pushed again.");
    }

    [TestMethod]
    public async Task A_run_image_with_a_damaged_blob_is_refused()
    {
        var layout = await LayoutAsync();
        var config = await ConfigFileAsync(layout);
        long size = new FileInfo(config).Length;
        await using (var file = File.OpenWrite(config)) file.SetLength(size - 1);

        var refused = await RefuseAsync($"oci:{layout}");

        refused.AssertRefused($"BPT1203: The blob sha256:{Path.GetFileName(config)} of '{layout}' is damaged: it has {size - 1} bytes instead of {size}. Have the image written again.");
    }

    [TestMethod]
    public async Task A_mirror_that_does_not_answer_is_named()
    {
        var mirror = $"http://localhost:{FreePort.Next()}/debian/";

        var refused = await RefuseAsync("debian://trixie", $"-p:DebianMirror={mirror}");

        refused.AssertRefused($"BPT4011: '{mirror}dists/trixie/InRelease' cannot be fetched: Connection refused. Check the network, or set DebianMirror to another mirror.");
    }

    [TestMethod]
    public async Task A_keyring_that_is_not_there_is_named()
    {
        var refused = await RefuseAsync("debian://trixie", "-p:DebianKeyring=/nowhere/keys.gpg");

        refused.AssertRefused("BPT4017: The keyring '/nowhere/keys.gpg' cannot be read. Set DebianKeyring to the file with the archive's keys.");
    }

    [TestMethod]
    public async Task A_suite_that_is_signed_by_nobody_in_the_keyring_is_refused()
    {
        // Debian's own keys, of a release that signs no other.
        var refused = await RefuseAsync("debian://trixie", "-p:DebianKeyring=/usr/share/keyrings/debian-archive-removed-keys.gpg");

        var error = string.Join('\n', refused.Errors);
        Assert.StartsWith("BPT4016: The signature of '", error, refused.Command.All);
        Assert.EndsWith("Set DebianKeyring to the file with the archive's keys, or DebianMirror to another mirror.", error);
        refused.AssertRefused(error);
    }

    [TestMethod]
    public async Task A_package_that_the_suite_does_not_have_is_named()
    {
        var refused = await RefuseAsync("debian://trixie", "-p:InvariantGlobalization=true", "-p:TestDebianPackage=libnothing");

        var error = string.Join('\n', refused.Errors);
        Assert.StartsWith("BPT4", error, refused.Command.All);
        Assert.Contains("libnothing", error);
        refused.AssertRefused(error);
    }

    private Task<SharedResult> RefuseAsync(string runImage, params string[] more) =>
        SharedProject.Console.PublishImageAsync([$"-p:RunImage={runImage}", .. more], TestContext.CancellationToken);

    // A sound one, for a test to spoil.
    private async Task<string> LayoutAsync() => await LayoutImage.PublishAsync(SharedProject.Console, TestContext.CancellationToken);

    private static async Task<string> ConfigFileAsync(string layout)
    {
        var manifest = await LayoutImage.ManifestAsync(layout);
        return LayoutImage.BlobFile(layout, (string)manifest["config"]!["digest"]!);
    }

    // Every digest and size stays right: only what the config says is wrong.
    private static async Task ReplaceConfigAsync(string layout, string config)
    {
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(layout, "index.json")))!;
        var manifest = await LayoutImage.ManifestAsync(layout);
        await PointToAsync(manifest["config"]!, layout, config);
        await PointToAsync(index["manifests"]![0]!, layout, manifest.ToJsonString());
        await File.WriteAllTextAsync(Path.Combine(layout, "index.json"), index.ToJsonString());
    }

    private static async Task PointToAsync(JsonNode descriptor, string layout, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        await File.WriteAllBytesAsync(LayoutImage.BlobFile(layout, digest), bytes);
        descriptor["digest"] = digest;
        descriptor["size"] = bytes.Length;
    }
}

using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The launcher out of a builder or lifecycle image. No registry that tests may use has a real one: these have its form.</summary>
[TestClass]
public sealed class LauncherImageTests
{
    private static readonly byte[] Program = [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 2, 3];

    [TestMethod]
    [DataRow("", "", "0.12", "")]
    [DataRow("io.buildpacks.lifecycle.apis", """{"platform":{"deprecated":[],"supported":["0.7","0.13","0.14"]}}""", "0.14", "")]
    [DataRow("io.buildpacks.builder.metadata", """{"lifecycle":{"version":"0.20.9","apis":{"platform":{"supported":["0.12","0.15","0.99"]}}}}""", "0.15", "0.20.9")]
    [DataRow("io.buildpacks.lifecycle.version", "0.21.0", "0.12", "0.21.0")]
    [DataRow("io.buildpacks.lifecycle.apis", "not JSON", "0.12", "")]
    public async Task It_is_taken_as_it_is_and_told_the_newest_API_that_both_know(string label, string value, string api, string version)
    {
        using var directory = new TemporaryDirectory();

        LauncherFiles launcher = await LauncherImage.ReadAsync(await ImageAsync(directory, Program, label, value), "builder", CancellationToken.None);

        Assert.AreEqual($"{api} {version}", $"{launcher.PlatformApi} {launcher.Version}");
        LayerEntry entry = launcher.Entries.Single();
        Assert.AreEqual("cnb/lifecycle/launcher", entry.Path);
        Assert.AreEqual(LayerEntry.ExecutableMode, entry.Mode);
        using var bytes = new MemoryStream();
        await entry.Content!.OpenRead().CopyToAsync(bytes);
        CollectionAssert.AreEqual(Program, bytes.ToArray());
    }

    [TestMethod]
    public async Task An_image_without_the_program_is_an_error()
    {
        using var directory = new TemporaryDirectory();
        foreach (byte[]? program in (byte[]?[])[null, "#!/bin/sh"u8.ToArray()])
        {
            Image image = await ImageAsync(directory, program, "", "");
            var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => LauncherImage.ReadAsync(image, "builder:1", CancellationToken.None));
            Assert.AreEqual(
                "BPT2192: The image 'builder:1' has no launcher: there is no program /cnb/lifecycle/launcher in it. Set LauncherImage to a builder or lifecycle image.",
                $"{error.Code}: {error.Message}");
        }
    }

    [TestMethod]
    public async Task A_launcher_of_other_APIs_is_an_error()
    {
        using var directory = new TemporaryDirectory();
        Image image = await ImageAsync(directory, Program, "io.buildpacks.lifecycle.apis", """{"platform":{"supported":["0.3","0.4"]}}""");

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => LauncherImage.ReadAsync(image, "builder:1", CancellationToken.None));

        Assert.AreEqual(
            "BPT2193: The launcher of the image 'builder:1' supports the Platform APIs 0.3, 0.4, and images here are of one of 0.15, 0.14, 0.13, 0.12. Set LauncherImage to a later one.",
            $"{error.Code}: {error.Message}");
    }

    private static async Task<Image> ImageAsync(TemporaryDirectory directory, byte[]? program, string label, string value)
    {
        var cache = new LayerCache(directory.Combine("cache"), 1 << 30);
        LayerEntry entry = program is null ? LayerEntry.ForDirectory("cnb/lifecycle") : LayerEntry.ForFile("cnb/lifecycle/launcher", FileContent.FromBytes(program), LayerEntry.ExecutableMode);
        Image image = Image.Empty(new Platform("linux", "amd64")).Append(await cache.GetOrCreateAsync(LayerContents.Create([entry]), LayerCompression.Balanced, CancellationToken.None));
        return label.Length == 0 ? image : image.WithConfig(config => config.WithLabels([new(label, value)]));
    }
}

using System.Text;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>Real packages, and a patched version of one of them.</summary>
[TestClass]
public sealed class PatchedPackageTests
{
    private static readonly string[] System = ["base-files", "libc6", "gcc-14-base", "libgcc-s1", "libstdc++6", "libssl3t64", "libzstd1", "zlib1g", "openssl-provider-legacy", "ca-certificates", "netbase", "tzdata"];

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_patched_package_comes_into_the_layer_with_its_record()
    {
        await using PatchedDebianMirror mirror = await PatchedDebianMirror.StartAsync("trixie", [.. System, "libexpat1"], Token);
        await using var images = new DebianImages(DebianSources.FromMachine(mirror.Url, mirror.Keyring));
        Image runImage = await images.AssembleAsync(suite: "trixie");
        BuildpacksImage image = await images.BuildAsync(runImage, "libexpat1");
        string patched = await mirror.PatchAsync("libexpat1", "usr/share/doc/libexpat1/copyright", "patched\n", Token);

        LayerUpdate update = (await images.Updater().UpdateAsync(image, runImage.Layers, Token))!;

        KnownLayer layer = update.Layers["debian-packages"].Layer;
        PackageChange change = update.Packages.Single();
        Assert.AreEqual(("libexpat1", patched, false), (change.Name, change.After, change.IsOlder));
        Assert.AreEqual(change.Before + "+patched1", change.After);
        IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(
            runImage.Append(layer), ["usr/share/doc/libexpat1/copyright", "var/lib/dpkg/status.d/libexpat1", "usr/lib/x86_64-linux-gnu/libexpat.so.1"], 1 << 20, Token);
        Assert.AreEqual("patched\n", Encoding.UTF8.GetString(files["usr/share/doc/libexpat1/copyright"]));
        Assert.Contains($"\nVersion: {patched}\n", Encoding.UTF8.GetString(files["var/lib/dpkg/status.d/libexpat1"]));
        Assert.HasCount(3, files);
        SystemFacts facts = await new DebianSystemReader(images.NewCache()).ReadAsync([.. runImage.Layers, layer], "the whole image", Token);
        Assert.AreEqual(patched, facts.Packages.Single(static package => package.Name == "libexpat1").Version);
    }
}

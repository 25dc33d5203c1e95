using System.Text.Json;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>Run images of a real suite, from the mirror that this machine's apt is set to.</summary>
[TestClass]
public sealed class RealMirrorTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_libraries_of_a_run_image_find_all_that_they_need_as_the_apps_user_on_a_read_only_root()
    {
        using var directory = new TemporaryDirectory();
        Image image = await AssembleAsync(directory, "amd64", icu: true);
        string layout = directory.Combine("layout");
        await new OciLayoutStore(layout).WriteAsync(image, ["test"], null, Token);
        await using var podman = new Podman();
        string name = await podman.LoadAsync($"oci:{layout}:test", Token);

        foreach (string library in (string[])["libssl.so.3", "libstdc++.so.6", "libicui18n.so.76", "libgcc_s.so.1"])
        {
            CommandResult result = await podman.RunAsync(name, ["/lib64/ld-linux-x86-64.so.2", "--list", $"/lib/x86_64-linux-gnu/{library}"], cancellationToken: Token);

            Assert.Contains("libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6", result.EnsureSuccess().Output);
            Assert.DoesNotContain("not found", result.Output);
        }
    }

    [TestMethod]
    public async Task A_run_image_without_icu_is_small()
    {
        using var directory = new TemporaryDirectory();

        Image image = await AssembleAsync(directory, "amd64", icu: false);

        // What Microsoft's smallest image of the kind leaves to the system: 52.8 MB less 42 MB for .NET.
        Assert.IsLessThan(8_000_000, image.Layers.Single().Descriptor.Size);
        Assert.AreEqual("13", image.Config.Labels["io.buildpacks.base.distro.version"]);
        await AssertSystemAsync(directory, image);
    }

    [TestMethod]
    public async Task A_run_image_for_arm64_has_its_loader_where_programs_look_for_it()
    {
        using var directory = new TemporaryDirectory();

        Image image = await AssembleAsync(directory, "arm64", icu: false);

        IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(image, ["lib/ld-linux-aarch64.so.1", "usr/lib/aarch64-linux-gnu/libssl.so.3", "etc/os-release", "etc/ssl/certs/ca-certificates.crt"], 64 << 20, Token);
        Assert.HasCount(4, files);
        // The machine field of an ELF header (ELF specification, "ELF Header"): 183 is AArch64.
        Assert.AreEqual(183, files["lib/ld-linux-aarch64.so.1"][18]);
        Assert.AreEqual("arm64", image.Config.Platform.Architecture);
        await AssertSystemAsync(directory, image);
    }

    [TestMethod]
    public async Task A_real_package_that_does_not_exist_is_reported_with_names_like_it()
    {
        using var directory = new TemporaryDirectory();
        LayerCache cache = new(directory.Combine("cache"), long.MaxValue);
        using var repository = new DebianRepository(DebianSources.FromMachine(), "debian", "trixie", new Platform("linux", "amd64"), cache, TimeProvider.System, null);
        IReadOnlyList<Pocket> pockets = await repository.OpenAsync(Token);

        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => repository.ResolveAsync(pockets, static _ => [DependencyClause.On("fonts-dejavu-cor")], "a test", [], Token));

        Assert.AreEqual("The suite 'trixie' has no package 'fonts-dejavu-cor'. Did you mean fonts-dejavu-core?", error.Message);
    }

    // What the records say is what the assembler says that it put there.
    private async Task AssertSystemAsync(TemporaryDirectory directory, Image image)
    {
        SystemFacts facts = await new DebianSystemReader(new LayerCache(directory.Combine("cache"), long.MaxValue)).ReadAsync(image.Layers, "debian://trixie", Token);

        Assert.AreEqual("debian 13 glibc dpkg", $"{facts.DistributionName} {facts.DistributionVersion} {facts.CLibrary} {facts.PackageManager}");
        using JsonDocument config = JsonDocument.Parse(image.ConfigBytes);
        Assert.AreEqual(config.RootElement.GetProperty("history")[0].GetProperty("created_by").GetString(), $"debian://trixie: {string.Join(", ", facts.Packages.Select(static package => $"{package.Name} {package.Version}"))}");
    }

    private Task<Image> AssembleAsync(TemporaryDirectory directory, string architecture, bool icu) =>
        new DebianImageAssembler(DebianSources.FromMachine(), new LayerCache(directory.Combine("cache"), long.MaxValue), TimeProvider.System)
            .AssembleAsync(new DebianRunImageRequest { Name = DebianRunImageName.Parse("debian://trixie"), Platform = new Platform("linux", architecture), IncludeIcu = icu }, Token);
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class FileSourceTests : IDisposable
{
    private readonly SourceFixture fixture = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [TestMethod]
    [DataRow("agent")]
    [DataRow("./agent/")]
    [DataRow("sub/../agent")]
    public async Task A_directory_is_used_where_it_is(string name)
    {
        string directory = fixture.WriteBuildpack("agent", "acme/agent");
        fixture.Write("sub/file", "");

        BuildpackSet set = await fixture.Sources().ReadAsync(name, null, Token);

        Assert.AreEqual($"{name} {directory} acme/agent@1.2.3 {directory}", $"{set.Name} {set.Reference} {set.Buildpacks.Single().File.Descriptor} {set.Buildpacks.Single().Directory}");
        Assert.AreEqual("acme/agent@1.2.3", set.Order.Single().Group.Single().ToString());
        Assert.AreEqual((0, null, null), (set.RunImages.Count, set.Builder, set.BuildConfigDirectory));
        Assert.IsFalse(Directory.Exists(fixture.CacheDirectory));
    }

    [TestMethod]
    [DataRow("agent.tgz", "--gzip", ".")]
    [DataRow("agent.tar.gz", "--gzip", ".")]
    [DataRow("agent.tar", "--format=gnu", ".")]
    [DataRow("no-extension", "--gzip", ".")]
    [DataRow("parent.tgz", "--gzip", "in-a-directory")]
    public async Task An_archive_is_unpacked_once(string name, string option, string member)
    {
        string directory = fixture.WriteBuildpack("source", "acme/agent");
        if (member != ".") Directory.Move(fixture.WriteBuildpack($"parent/{member}", "acme/agent"), Directory.CreateDirectory(fixture.Below("x")).FullName + "/" + member);
        await fixture.RunAsync("tar", "--create", option, "--file", name, "--directory", member == "." ? directory : fixture.Below("x"), member);

        BuildpackSet set = await fixture.Sources().ReadAsync(name, "1.2.3", Token);
        BuildpackSet again = await fixture.Sources().ReadAsync(name, null, Token);

        BuildpackOnDisk buildpack = set.Buildpacks.Single();
        Assert.AreEqual($"{fixture.Below(name)} acme/agent@1.2.3", $"{set.Reference} {buildpack.File.Descriptor}");
        Assert.IsTrue(buildpack.Directory.StartsWith(Path.Combine(fixture.CacheDirectory, "trees"), StringComparison.Ordinal), buildpack.Directory);
        Assert.IsTrue(File.Exists(Path.Combine(buildpack.Directory, "bin/detect")));
        Assert.AreEqual(buildpack.Directory, again.Buildpacks.Single().Directory);
    }

    [TestMethod]
    public async Task A_composite_buildpack_needs_no_programs_and_its_order_is_kept()
    {
        fixture.WriteComposite("all", "acme/all", "acme/one@1.2.3", "acme/two@1.2.3");

        BuildpackSet set = await fixture.Sources().ReadAsync("all", null, Token);

        Assert.AreEqual("acme/one@1.2.3, acme/two@1.2.3", string.Join(", ", set.Buildpacks.Single().File.Order.Single().Group));
    }

    [TestMethod]
    [DataRow("missing", "BPT2170", "There is no buildpack 'missing': it is not a built-in one, and neither a file nor a directory in 'PROJECT'. Correct the path in @(Buildpack), or write an image with its registry or its tag, such as docker://REPOSITORY.")]
    [DataRow("team/missing", "BPT2170", null)]
    [DataRow("./missing:1", "BPT2170", null)]
    [DataRow("../missing.tgz", "BPT2170", null)]
    [DataRow("missing.cnb", "BPT2170", null)]
    [DataRow("file:///missing", "BPT2170", null)]
    [DataRow("https://example.com/a.tgz", "BPT2171", "The buildpack 'https://example.com/a.tgz' begins with 'https:', which is not supported. Name a directory, an archive, or an image (docker://, oci:, oci-archive:); what is at an address on the web has to be downloaded before.")]
    [DataRow("urn:cnb:registry:acme/agent", "BPT2171", null)]
    [DataRow("from=builder:acme/agent", "BPT2171", null)]
    [DataRow("docker://UPPER/case", "BPT1002", null)]
    [DataRow("oci:", "BPT1231", null)]
    [DataRow("empty", "BPT2101", null)]
    [DataRow("extension", "BPT2180", "'extension' is an image extension, which is not supported: it changes images by Dockerfiles. Use a buildpack, or a run image that has what the extension adds.")]
    [DataRow("no-detect", "BPT2182", "The buildpack acme/no-detect@1.2.3 of 'no-detect' has no bin/detect, which every buildpack has that does not consist of others. Add it, or use another version.")]
    [DataRow("no-bits", "BPT2183", "'PROJECT/no-bits/bin/build' of the buildpack acme/no-bits@1.2.3 is not executable. Run 'chmod +x' on it (in a git repository, 'git update-index --chmod=+x'), or pack the buildpack on Linux.")]
    [DataRow("text.tgz", "BPT2172", "'PROJECT/text.tgz' cannot be unpacked: it is not a tar archive, or is damaged. Use a buildpack as .tgz, .tar or .cnb, or have this one made again.")]
    [DataRow("no-buildpack.tgz", "BPT2174", "'PROJECT/no-buildpack.tgz' has no buildpack.toml at its top, and no OCI layout. Pack the inside of a buildpack's directory: tar -czf FILE.tgz -C DIRECTORY .")]
    [DataRow("hostile.tgz", "BPT2173", "'PROJECT/hostile.tgz' is not unpacked: its entry 'etc' is a link to '/etc', which leads out of it. Nothing of it was kept; have it made again without that entry, or use another.")]
    [DataRow("extension.tgz", "BPT2180", null)]
    public async Task What_is_no_buildpack_is_a_coded_error(string name, string code, string? message)
    {
        Directory.CreateDirectory(fixture.Below("empty"));
        fixture.Write("extension/extension.toml", "");
        File.Delete(Path.Combine(fixture.WriteBuildpack("no-detect", "acme/no-detect"), "bin/detect"));
        await fixture.RunAsync("chmod", "644", Path.Combine(fixture.WriteBuildpack("no-bits", "acme/no-bits"), "bin/build"));
        fixture.Write("text.tgz", new string('x', 2000));
        File.CreateSymbolicLink(fixture.WriteBuildpack("hostile", "acme/hostile") + "/etc", "/etc");
        foreach ((string archive, string directory) in ((string, string)[])[("no-buildpack.tgz", "empty"), ("hostile.tgz", "hostile"), ("extension.tgz", "extension")])
            await fixture.RunAsync("tar", "--create", "--gzip", "--file", archive, "--directory", directory, ".");

        CodedException error = await Fails(name);

        Assert.AreEqual(code, error.Code, error.Message);
        if (message is not null) Assert.AreEqual(message.Replace("PROJECT", fixture.Project, StringComparison.Ordinal), error.Message);
    }

    [TestMethod]
    public async Task Another_version_than_the_one_asked_for_is_a_coded_error()
    {
        fixture.WriteBuildpack("agent", "acme/agent");

        CodedException error = await Fails("agent", "1.2.4");

        Assert.AreEqual("BPT2175: 'agent' has no buildpack of version 1.2.4; it has acme/agent@1.2.3. Correct the Version of the Buildpack item, or leave it out.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task Programs_that_are_links_to_one_are_found()
    {
        string directory = fixture.WriteBuildpack("agent", "acme/agent");
        File.Move(Path.Combine(directory, "bin/detect"), Path.Combine(directory, "bin/main"));
        File.Delete(Path.Combine(directory, "bin/build"));
        File.CreateSymbolicLink(Path.Combine(directory, "bin/detect"), "main");
        File.CreateSymbolicLink(Path.Combine(directory, "bin/build"), "main");

        BuildpackSet set = await fixture.Sources().ReadAsync("agent", null, Token);

        Assert.AreEqual("acme/agent@1.2.3", set.Buildpacks.Single().File.Descriptor.ToString());
    }

    [TestMethod]
    public async Task A_buildpack_of_an_unknown_api_is_read_so_that_whoever_needs_it_can_say_what_is_wrong()
    {
        fixture.Write("old/buildpack.toml", "api = \"0.2\"\n[buildpack]\nid = \"acme/old\"\nversion = \"1.2.3\"\n");

        BuildpackSet set = await fixture.Sources().ReadAsync("old", null, Token);

        Assert.AreEqual("BPT2102", Assert.ThrowsExactly<LifecycleException>(() => set.Buildpacks.Single().File.RequireApi()).Code);
    }

    private Task<CodedException> Fails(string name, string? version = null) => Assert.ThrowsAsync<CodedException>(() => fixture.Sources().ReadAsync(name, version, Token));
}

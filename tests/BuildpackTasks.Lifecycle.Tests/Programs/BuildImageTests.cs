using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Programs that see a build image as the system.</summary>
[TestClass]
public sealed class BuildImageTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_program_sees_the_image_and_nothing_of_this_machine()
    {
        using ProgramSandbox sandbox = await NewSandboxAsync(Entries());

        string output = await sandbox.OutputAsync("""
            ls / | tr '\n' ' '; echo
            cat /etc/os-release
            id -u; id -g; id -un; echo $HOME
            [ -e /usr/lib/os-release ] && echo machine
            [ -e /usr/bin/env ] && echo machine
            ls /.old /image 2>/dev/null
            ls /proc >/tmp/processes; grep -c '^[0-9]' /tmp/processes
            cat /etc/resolv.conf >/dev/null && echo resolver
            umount /etc 2>/dev/null && echo undone
            true
            """, TestContext.CancellationToken);

        Assert.AreEqual("bin cnb dev etc home layers opt platform proc run srv tmp usr var workspace \nID=tiny\n1234\n4321\nbuilder\n/home/cnb\n3\nresolver", output);
    }

    [TestMethod]
    public async Task What_it_may_change_is_the_same_as_without()
    {
        using ProgramSandbox sandbox = await NewSandboxAsync(Entries());

        string output = await sandbox.OutputAsync("""
            try() { (echo x >"$1") 2>/dev/null && echo "$1 written" || echo "$1 refused"; }
            pwd
            try /workspace/new
            try /layers/test_one/new
            try /layers/test_two/new
            try /etc/new
            try /srv/new
            try /bin/new
            try /home/cnb/new
            try /tmp/new
            """, TestContext.CancellationToken);

        Assert.AreEqual("/workspace\n/workspace/new written\n/layers/test_one/new written\n/layers/test_two/new refused\n/etc/new refused\n/srv/new refused\n/bin/new refused\n/home/cnb/new written\n/tmp/new written", output);
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.App, "new")));
        Assert.IsFalse(Path.Exists(Path.Combine(sandbox.Image!.Directory, "srv", "new")));
    }

    [TestMethod]
    [DataRow("/app")]
    [DataRow("/srv/app")]
    [DataRow("/usr/local/app")]
    [DataRow("/opt/link/app")]
    public async Task An_app_may_be_at_any_path_that_the_image_has_nothing_else_at(string path)
    {
        using ProgramSandbox sandbox = await NewSandboxAsync(Entries());
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = path };

        if (path == "/opt/link/app")
        {
            // A link of the image's would lead elsewhere than in the image that is made.
            LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));
            Assert.AreEqual("BPT2152", error.Code);
            return;
        }
        Assert.AreEqual($"{path}\nfile", await sandbox.OutputAsync("pwd; touch file; ls", TestContext.CancellationToken));
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.App, "file")));
    }

    [TestMethod]
    public async Task Links_of_the_image_cannot_make_the_view_reach_out_of_it()
    {
        using var outside = new TemporaryDirectory();
        outside.CreateDirectory("cnb");
        using ProgramSandbox sandbox = await NewSandboxAsync([.. Entries(), LayerEntry.ForSymbolicLink("evil", outside.Path)]);
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = "/evil/cnb" };

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2152", error.Code);
    }

    [TestMethod]
    public async Task A_program_whose_interpreter_the_image_lacks_is_an_error_although_this_machine_has_it()
    {
        using ProgramSandbox sandbox = await NewSandboxAsync(Entries());
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin"));
        File.WriteAllText(sandbox.Combine("text"), "#!/usr/bin/env bash\n");
        (await Command.RunAsync("install", ["-m", "755", sandbox.Combine("text"), sandbox.Combine("buildpack", "bin", "build")])).EnsureSuccess();

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => runner.RunAsync(sandbox.Start("build", runner), static _ => { }, TestContext.CancellationToken));

        Assert.AreEqual("BPT2158", error.Code);
        StringAssert.Contains(error.Message, "is run by '/usr/bin/env'", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task The_environment_of_the_image_is_read_and_root_is_nobody_in_it()
    {
        Image image = (await ImageAsync(Entries())).WithConfig(static config => config
            .WithEnvironmentVariable("PATH", "/cnb/bin:/bin").WithEnvironmentVariable("CNB_USER_ID", "0").WithEnvironmentVariable("CNB_GROUP_ID", "none").WithUser("0:0"));

        BuildImageRoot root = await BuildImageRoot.OpenAsync(image, "tiny", Cache(), TestContext.CancellationToken);

        Assert.AreEqual("/cnb/bin:/bin", root.Environment["PATH"]);
        using var sandbox = new ProgramSandbox { Image = root };
        Assert.AreEqual("1000\n1000", await sandbox.OutputAsync("id -u; id -g", TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task An_image_for_another_platform_is_an_error()
    {
        Image image = Image.Empty(new Platform("linux", "s390x"));

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => BuildImageRoot.OpenAsync(image, "team/build", Cache(), TestContext.CancellationToken));

        Assert.AreEqual(
            $"BPT2165: The build image 'team/build' is for linux/s390x, and its programs are to run on this machine, which is {BuildpackSources.MachinePlatform}. Set BuildImage to an image for {BuildpackSources.MachinePlatform}.",
            $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_build_image_with_a_name_that_no_file_can_have_is_an_error()
    {
        Image image = await ImageAsync([LayerEntry.ForFile(new string('é', 128), FileContent.FromBytes([]))]);

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => BuildImageRoot.OpenAsync(image, "team/build", Cache(), TestContext.CancellationToken));

        Assert.AreEqual(
            $"BPT2164: The build image 'team/build' cannot be unpacked: its entry '{new string('é', 128)}' has a name that is too long. Set BuildImage to another one, or have this one pushed again.",
            $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_build_image_without_a_view_is_an_error()
    {
        using ProgramSandbox sandbox = await NewSandboxAsync(Entries());
        sandbox.Isolation = BuildpackIsolation.Never;

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2163", error.Code);
    }

    private async Task<ProgramSandbox> NewSandboxAsync(IEnumerable<LayerEntry> entries) =>
        new() { Image = await BuildImageRoot.OpenAsync(await ImageAsync(entries), "tiny", Cache(), TestContext.CancellationToken) };

    private LayerCache Cache() => new(directory.Combine("cache"), 1 << 30);

    private async Task<Image> ImageAsync(IEnumerable<LayerEntry> entries)
    {
        KnownLayer layer = await Cache().GetOrCreateAsync(LayerContents.Create(entries), LayerCompression.Balanced, TestContext.CancellationToken);
        return Image.Empty(BuildpackSources.MachinePlatform).Append(layer)
            .WithConfig(static config => config.WithEnvironmentVariable("CNB_USER_ID", "1234").WithEnvironmentVariable("CNB_GROUP_ID", "4321"));
    }

    private static IEnumerable<LayerEntry> Entries() =>
    [
        LayerEntry.ForFile("bin/busybox", FileContent.FromFile(Tool.Require("busybox")), LayerEntry.ExecutableMode),
        .. "sh ls cat id tr grep touch umount true mkdir".Split(' ').Select(static name => LayerEntry.ForSymbolicLink($"bin/{name}", "busybox")),
        LayerEntry.ForFile("etc/os-release", FileContent.FromBytes("ID=tiny\n"u8.ToArray())),
        LayerEntry.ForFile("etc/passwd", FileContent.FromBytes("builder:x:1234:4321::/home/cnb:/bin/sh\n"u8.ToArray())),
        LayerEntry.ForFile("etc/group", FileContent.FromBytes("builder:x:4321:\n"u8.ToArray())),
        LayerEntry.ForDirectory("cnb/lifecycle"),
        LayerEntry.ForDirectory("dev"),
        LayerEntry.ForDirectory("home/other"),
        LayerEntry.ForDirectory("opt"),
        LayerEntry.ForSymbolicLink("opt/link", "../srv"),
        LayerEntry.ForDirectory("srv"),
        LayerEntry.ForDirectory("usr/local"),
        LayerEntry.ForDirectory("var/tmp"),
    ];
}

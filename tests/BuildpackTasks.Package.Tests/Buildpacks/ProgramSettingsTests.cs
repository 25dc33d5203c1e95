using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What a project says about the buildpacks of its image: in <c>project.toml</c>, and about the system that they see.</summary>
[TestClass]
public sealed class ProgramSettingsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_project_descriptor_of_schema_0_3_names_what_is_kept_what_goes_first_and_what_is_for_which_environment()
    {
        string descriptor = directory.Write("project.toml", """
            [_]
            schema-version = "0.3"

            [io.buildpacks]
            include = ["*.dll", "*.json"]

            [[io.buildpacks.pre.group]]
            uri = "first"

            [[io.buildpacks.group]]
            uri = "live"
            exec-env = ["production"]

            [[io.buildpacks.group]]
            uri = "check"
            exec-env = ["test"]

            [[io.buildpacks.build.env]]
            name = "MODE"
            value = "any"

            [[io.buildpacks.build.env]]
            name = "MODE"
            value = "for tests"
            exec-env = ["test"]

            """);
        BashBuildpack.Write(directory.Combine("first"), "acme/first", "exit 0", "echo mode $MODE, kept $(ls Tool.dll), others $(ls *.pdb 2>/dev/null | wc -l)");
        BashBuildpack.Write(directory.Combine("live"), "acme/live", "exit 0", "echo live $MODE");
        BashBuildpack.Write(directory.Combine("check"), "acme/check", "exit 0", "echo check $MODE");
        BashBuildpack.Write(directory.Combine("own"), "acme/own", "exit 0", "echo own $MODE");

        SharedResult production = await SharedProject.Programs.PublishImageAsync([$"-p:ProjectDescriptor={descriptor}"], Token);
        SharedResult test = await SharedProject.Programs.PublishImageAsync([$"-p:ProjectDescriptor={descriptor}", "-p:ImageExecutionEnvironment=test"], Token);
        SharedResult own = await SharedProject.Programs.PublishImageAsync([$"-p:ProjectDescriptor={descriptor}", $"-p:TestBuildpack={directory.Combine("own")}"], Token);

        Assert.AreEqual("[acme/first] mode any, kept Tool.dll, others 0\n[acme/live] live any", Said(production), production.Command.All);
        Assert.AreEqual("[acme/first] mode for tests, kept Tool.dll, others 0\n[acme/check] check for tests", Said(test), test.Command.All);
        Assert.AreEqual("[acme/first] mode any, kept Tool.dll, others 0\n[acme/own] own any", Said(own), own.Command.All);
        IReadOnlyList<string> paths = await (await ImageInLayout.ReadAsync(production.Layout, Token))["app"].PathsAsync(Token);
        Assert.Contains("/app/Tool.dll", paths);
        Assert.DoesNotContain("/app/Tool.pdb", paths);
    }

    [TestMethod]
    public async Task A_project_descriptor_leaves_files_out_brings_a_script_and_sets_the_build_environment()
    {
        string descriptor = directory.Write("project.toml", """
            [_]
            schema-version = "0.2"

            [io.buildpacks]
            exclude = ["*.pdb"]

            [[io.buildpacks.group]]
            id = "my/banner"
              [io.buildpacks.group.script]
              api = "0.10"
              inline = '''
            echo "mode $MODE, color $COLOR, files $(ls *.pdb 2>/dev/null | wc -l)"
            echo "built for $CNB_TARGET_OS" >banner.txt
            '''

            [[io.buildpacks.post.group]]
            uri = "after"

            [[io.buildpacks.build.env]]
            name = "MODE"
            value = "of the file"

            [[io.buildpacks.build.env]]
            name = "COLOR"
            value = "green"

            """);
        BashBuildpack.Write(directory.Combine("after"), "acme/after", "exit 0", "echo after $MODE");
        BashBuildpack.Write(directory.Combine("own"), "acme/own", "exit 0", "echo own $MODE");

        SharedResult file = await SharedProject.Programs.PublishImageAsync([$"-p:ProjectDescriptor={descriptor}"], Token);
        SharedResult properties = await SharedProject.Programs.PublishImageAsync(
            [$"-p:ProjectDescriptor={descriptor}", "-p:TestMode=of the project", $"-p:TestBuildpack={directory.Combine("own")}"], Token);

        Assert.AreEqual("[my/banner] mode of the file, color green, files 0\n[acme/after] after of the file", Said(file), file.Command.All);
        // The group of the file is for projects that name none; before and after it is for all.
        Assert.AreEqual("[acme/own] own of the project\n[acme/after] after of the project", Said(properties), properties.Command.All);
        LayerInLayout app = (await ImageInLayout.ReadAsync(file.Layout, Token))["app"];
        IReadOnlyList<string> paths = await app.PathsAsync(Token);
        Assert.Contains("/app/Tool.dll", paths);
        Assert.DoesNotContain("/app/Tool.pdb", paths);
        Assert.AreEqual("built for linux\n", System.Text.Encoding.UTF8.GetString(await app.ReadAsync("/app/banner.txt", Token)));
        IReadOnlyList<string> published = Directory.GetFiles(file.Project.Directory, "Tool.pdb", SearchOption.AllDirectories);
        Assert.IsTrue(published.Any(static path => path.Contains("/publish/", StringComparison.Ordinal)), "The publish directory is the user's.");
    }

    [TestMethod]
    public async Task Programs_see_the_system_of_a_build_image_and_not_this_one()
    {
        using var image = new HandmadeImage();
        await image.AddLayerAsync(static root =>
        {
            foreach (string name in (string[])["bin", "etc", "dev", "proc", "tmp"]) Directory.CreateDirectory(Path.Combine(root, name));
            File.Copy(Tool.Require("busybox"), Path.Combine(root, "bin", "busybox"));
            foreach (string name in (string[])["sh", "cat", "ls", "id", "env", "grep", "mkdir"]) File.CreateSymbolicLink(Path.Combine(root, "bin", name), "busybox");
            File.WriteAllText(Path.Combine(root, "etc", "os-release"), "ID=other\n");
            File.WriteAllText(Path.Combine(root, "etc", "passwd"), "builder:x:1234:4321::/:/bin/sh\n");
        }, Token);
        // What a layer above takes away is not there.
        await image.AddLayerAsync(static root =>
        {
            Directory.CreateDirectory(Path.Combine(root, "bin"));
            File.WriteAllText(Path.Combine(root, "bin", ".wh.env"), "");
        }, Token);
        await image.WriteAsync(null, Token, "PATH=/bin", "CNB_USER_ID=1234", "CNB_GROUP_ID=4321", "CNB_STACK_ID=other.stack");
        string buildpack = directory.Combine("system");
        BashBuildpack.Write(buildpack, "acme/system", "exit 1", "exit 1");
        Script.Write(Path.Combine(buildpack, "bin", "detect"), "grep -q other /etc/os-release");
        Script.Write(Path.Combine(buildpack, "bin", "build"), """
            set -eu
            cat /etc/os-release
            id -u
            echo $PATH $CNB_STACK_ID
            ls -d /usr /bin/env 2>/dev/null || true
            mkdir "$CNB_LAYERS_DIR/made"
            id -u >"$CNB_LAYERS_DIR/made/user"
            printf '[types]\nlaunch = true\n' >"$CNB_LAYERS_DIR/made.toml"
            """);

        SharedResult first = await SharedProject.Programs.PublishImageAsync([$"-p:BuildImage={image.Name}", $"-p:TestBuildpack={buildpack}"], Token);
        SharedResult second = await SharedProject.Programs.PublishImageAsync([$"-p:BuildImage={image.Name}", $"-p:TestBuildpack={buildpack}", "-p:BuildpackIsolation=Never"], Token);

        Assert.AreEqual("[acme/system] ID=other\n[acme/system] 1234\n[acme/system] /bin other.stack", Said(first), first.Command.All);
        ImageInLayout made = await ImageInLayout.ReadAsync(first.Layout, Token);
        Assert.AreEqual("1234\n", System.Text.Encoding.UTF8.GetString(await made["made"].ReadAsync("/layers/acme_system/made/user", Token)));
        second.AssertRefused("BPT2163: BuildImage is set, which needs a view of their own for buildpacks that are programs: BuildpackIsolation is Never. Remove BuildImage, or publish where a view is allowed (docs/buildpacks-isolation.md).");
    }

    [TestMethod]
    public async Task Without_a_view_programs_run_on_the_machine_which_keeps_nothing_of_it()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Fail("Only root may make /layers on the machine: run the tests as root.");
        string[] paths = ["/layers", "/platform", "/cnb", "/bpt-test-app"];
        Assert.AreEqual("", string.Join(' ', paths.Where(Path.Exists)), "Something on this machine is in the way.");
        string buildpack = directory.Combine("plain");
        BashBuildpack.Write(buildpack, "acme/plain", "[ -f Tool.dll ]", """
            set -eu
            echo "$PWD $CNB_LAYERS_DIR $(cat /platform/env/MODE)"
            [ "$CNB_BUILDPACK_DIR" = /cnb/buildpacks/acme_plain/1.2.3 ]
            mkdir -p "$1/made"
            echo made >"$1/made/file"
            printf '[types]\nlaunch = true\ncache = true\n' >"$1/made.toml"
            echo added >added.txt
            """);
        string[] arguments = [$"-p:TestBuildpack={buildpack}", "-p:TestMode=plain", "-p:ContainerWorkingDirectory=/bpt-test-app"];

        SharedResult viewed = await SharedProject.Programs.PublishImageAsync(arguments, Token);
        SharedResult plain = await SharedProject.Programs.PublishImageAsync([.. arguments, "-p:BuildpackIsolation=Never"], Token);

        Assert.AreEqual("[acme/plain] /bpt-test-app /layers/acme_plain plain", Said(viewed), viewed.Command.All);
        Assert.AreEqual(Said(viewed), Said(plain), plain.Command.All);
        Assert.AreEqual((await ImageInLayout.ReadAsync(viewed.Layout, Token)).Digest, (await ImageInLayout.ReadAsync(plain.Layout, Token)).Digest);
        Assert.AreEqual("", string.Join(' ', paths.Where(Path.Exists)));
        string failing = directory.Combine("failing");
        BashBuildpack.Write(failing, "acme/failing", "exit 0", "exit 3");
        SharedResult failed = await SharedProject.Programs.PublishImageAsync([$"-p:TestBuildpack={failing}", .. arguments[1..], "-p:BuildpackIsolation=Never"], Token);
        failed.AssertRefused("BPT2210: The buildpack acme/failing@1.2.3 could not build: its bin/build ended with exit code 3. What it wrote before says why.");
        Assert.AreEqual("", string.Join(' ', paths.Where(Path.Exists)));
    }

    private static string Said(SharedResult result) => string.Join('\n', result.Lines.Where(static line => line.StartsWith('[')));
}

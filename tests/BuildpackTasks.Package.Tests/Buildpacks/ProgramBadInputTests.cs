using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Buildpacks that break the rules: one line with a code that names the buildpack and the file, and nothing of an image.</summary>
[TestClass]
public sealed class ProgramBadInputTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow("exit 0", """printf '[[processes]]\ntype = "a"\ncommand = ["a"]\ndefault = true\n[[processes]]\ntype = "b"\ncommand = ["b"]\ndefault = true\n' >"$CNB_LAYERS_DIR/launch.toml" """,
        "BPT2120: 'LAYERS/launch.toml', written by the buildpack acme/bad@1.2.3, is malformed: line 8, column 1: 'processes[1].default' marks a second process as the default, and there is one default at most. Correct the buildpack, or use another version of it.", DisplayName = "two defaults")]
    [DataRow("exit 0", """printf '[types]\nlaunch = yes\n' >"$CNB_LAYERS_DIR/tool.toml" """,
        "BPT2120: 'LAYERS/tool.toml', written by the buildpack acme/bad@1.2.3, is malformed: line 2, column 10: 'yes' is not a value. Correct the buildpack, or use another version of it.", DisplayName = "not TOML")]
    [DataRow("exit 0", """printf 'launch = true\n' >"$CNB_LAYERS_DIR/tool.toml"; mkdir "$CNB_LAYERS_DIR/tool" """,
        "BPT2120: 'LAYERS/tool.toml', written by the buildpack acme/bad@1.2.3, is malformed: line 1, column 1: 'launch' stands at the top; what a layer is for stands in [types]. Correct the buildpack, or use another version of it.", DisplayName = "a flag at the top")]
    [DataRow("exit 0", """mkdir "$CNB_LAYERS_DIR/tool"; printf '[types]\nlaunch = true\n' >"$CNB_LAYERS_DIR/tool.toml"; echo '{}' >"$CNB_LAYERS_DIR/tool.sbom.cdx.json" """,
        "BPT2130: 'LAYERS/tool.sbom.cdx.json', written by the buildpack acme/bad@1.2.3, cannot be a bill of materials: buildpack.toml does not declare application/vnd.cyclonedx+json in sbom-formats. Correct the buildpack, or use another version of it.", DisplayName = "an undeclared format")]
    [DataRow("exit 0", """printf '[[unmet]]\nname = "node"\n' >"$CNB_LAYERS_DIR/build.toml" """,
        "BPT2120: 'LAYERS/build.toml', written by the buildpack acme/bad@1.2.3, is malformed: line 2, column 1: 'unmet[0].name' is 'node', which the buildpack's plan does not have. Correct the buildpack, or use another version of it.", DisplayName = "an unmet name of nobody's")]
    [DataRow("exit 0", """mkdir "$CNB_LAYERS_DIR/tool"; mkfifo "$CNB_LAYERS_DIR/tool/pipe"; printf '[types]\nlaunch = true\n' >"$CNB_LAYERS_DIR/tool.toml" """,
        "BPT2126: 'LAYERS/tool/pipe', written by the buildpack acme/bad@1.2.3, is a pipe or a device, which a layer cannot hold. Correct the buildpack, or use another version of it.", DisplayName = "a pipe in a layer")]
    [DataRow("exit 0", "touch /usr/here",
        "BPT2210: The buildpack acme/bad@1.2.3 could not build: its bin/build ended with exit code 1. What it wrote before says why.", DisplayName = "writes elsewhere")]
    [DataRow("exit 1", "exit 0",
        "BPT2011: Detection went wrong for 'PUBLISHED': acme/bad: its bin/detect ended with exit code 1. Remove the cause, or the buildpack from @(Buildpack).", DisplayName = "detection goes wrong")]
    [DataRow("""printf '[[requires]]\nname = "node"\nversion = 1\n[[provides]\n' >"$2" """, "exit 0",
        "BPT2106: The plan that the buildpack acme/bad@1.2.3 wrote in detection is malformed: line 4, column 12: the header of an array of tables ends with ']]'. Use another version of it.", DisplayName = "a plan that is not TOML")]
    public async Task What_a_program_does_wrong_is_one_line(string detect, string build, string error)
    {
        BashBuildpack.Write(directory.Combine("bad"), "acme/bad", detect, build);

        await AssertRefusedAsync(directory.Combine("bad"), error);
    }

    [TestMethod]
    public async Task What_cannot_be_used_is_refused_before_it_runs()
    {
        BashBuildpack.Write(directory.Combine("old"), "acme/old", "touch /layers/ran", "exit 0", api: "0.7");
        BashBuildpack.Write(directory.Combine("plain"), "acme/plain", "exit 0", "exit 0");
        (await Command.RunAsync("chmod", ["600", directory.Combine("plain", "bin", "build")], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        BashBuildpack.Write(directory.Combine("foreign"), "acme/foreign", "exit 0", "exit 0", more: "[[targets]]\nos = \"windows\"");

        await AssertRefusedAsync(directory.Combine("old"), "BPT2102: The buildpack acme/old@1.2.3 follows the Buildpack API 0.7, which is not supported; 0.8, 0.9, 0.10, 0.11, 0.12 are. Use a version of it that follows one of these.");
        await AssertRefusedAsync(directory.Combine("plain"), "BPT2183: 'BUILDPACK/bin/build' of the buildpack acme/plain@1.2.3 is not executable. Run 'chmod +x' on it (in a git repository, 'git update-index --chmod=+x'), or pack the buildpack on Linux.");
        await AssertRefusedAsync(directory.Combine("foreign"), "BPT2010: No buildpack applies to 'PUBLISHED': buildpacktasks/debian-packages: there are no DebianPackage items; buildpacktasks/layers: there are no ImageLayer items; "
            + "buildpacktasks/dotnet-runtime: it applies (the run image has no .NET, and the app needs Microsoft.NETCore.App 10.0.0), but others of its group do not; "
            + "buildpacktasks/dotnet-app: it applies (found Tool.runtimeconfig.json (framework-dependent, Microsoft.NETCore.App 10.0)), but others of its group do not; "
            + "acme/foreign: it is for windows, and the run image is linux/amd64. Publish an app that one of them is for, or add a buildpack for it to @(Buildpack).");
        await AssertRefusedAsync(directory.Combine("missing"), "BPT2170: There is no buildpack 'BUILDPACK': it is not a built-in one, and neither a file nor a directory in 'PROJECT'. Correct the path in @(Buildpack), or write an image with its registry or its tag, such as docker://REPOSITORY.");
    }

    [TestMethod]
    public async Task A_program_that_hangs_is_ended_with_all_that_it_started()
    {
        string mark = $"bpt-test-{Guid.NewGuid():N}";
        BashBuildpack.Write(directory.Combine("bad"), "acme/bad", "exit 0", $"(exec -a {mark} sleep 1000) & wait");

        await AssertRefusedAsync(directory.Combine("bad"), "BPT2159: The buildpack acme/bad@1.2.3 was not done with bin/build (build) after 00:00:04, and was ended. Remove what it waits for, or set BuildpackTimeout.", "-p:BuildpackTimeout=4");

        CommandResult left = await Command.RunAsync("pgrep", ["-f", "--", mark], cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("", left.Output);
    }

    private async Task AssertRefusedAsync(string buildpack, string error, params string[] more)
    {
        SharedResult result = await SharedProject.Programs.PublishImageAsync([$"-p:TestBuildpack={buildpack}", .. more], TestContext.CancellationToken);

        result.AssertRefused(error
            .Replace("LAYERS", Path.Combine(result.Project.Directory, "obj", "Release", "net10.0", "image", "layers", "acme_bad"), StringComparison.Ordinal)
            .Replace("PUBLISHED", Path.Combine(result.Project.Directory, "bin", "Release", "net10.0", "publish"), StringComparison.Ordinal)
            .Replace("PROJECT", result.Project.Directory, StringComparison.Ordinal)
            .Replace("BUILDPACK", buildpack, StringComparison.Ordinal));
    }
}

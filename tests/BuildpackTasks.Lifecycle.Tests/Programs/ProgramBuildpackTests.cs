using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Buildpacks that are programs, side by side: none may reach another's plan, or have the build write where it leads.</summary>
[TestClass]
public sealed class ProgramBuildpackTests
{
    private static readonly RunImageFacts RunImage = new() { Platform = new Platform("linux", "amd64") };
    private static readonly Dictionary<string, string> Inherited = new() { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" };

    private readonly List<string> said = [];
    private Func<CancellationToken, Task<ProgramPlace>> open = null!;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("ln -s \"$victim\" \"$place\"", BuildpackIsolation.Always)]
    [DataRow("ln -s \"$victim\" \"$place\"", BuildpackIsolation.Never)]
    [DataRow("mkfifo \"$place\"", BuildpackIsolation.Always)]
    [DataRow("mkfifo \"$place\"", BuildpackIsolation.Never)]
    public async Task A_link_or_a_pipe_that_a_program_leaves_for_the_plan_of_another_is_neither_followed_nor_waited_for(string plant, BuildpackIsolation isolation)
    {
        using var sandbox = NewSandbox(isolation);
        string victim = sandbox.Combine("victim");
        File.WriteAllText(victim, "the user's");
        ProgramBuildpack[] buildpacks = Write(sandbox, $"""
            victim={victim}
            for phase in detect build; do
                mkdir -p /cnb/exchange/$phase-test_two-1.2.3
                place=/cnb/exchange/$phase-test_two-1.2.3/plan.toml; rm -f "$place"; {plant}
            done
            place=/cnb/exchange/plan.toml; rm -f "$place"; {plant}
            exit 0
            """, "grep -q wanted \"$3\"");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        Use(sandbox, runner);
        await BuildAsync(sandbox, buildpacks[0]).WaitAsync(TimeSpan.FromMinutes(1), TestContext.CancellationToken);
        await BuildAsync(sandbox, buildpacks[1]).WaitAsync(TimeSpan.FromMinutes(1), TestContext.CancellationToken);

        Assert.AreEqual("the user's", File.ReadAllText(victim));
    }

    [TestMethod]
    public async Task A_link_or_a_pipe_that_a_program_leaves_as_its_own_plan_is_neither_followed_nor_waited_for()
    {
        using var sandbox = NewSandbox(BuildpackIsolation.Always);
        sandbox.Settings = sandbox.Settings with { Phase = ProgramPhase.Detection };
        File.WriteAllText(sandbox.Combine("victim"), "[[provides]]\nname = \"secret\"\n");
        ProgramBuildpack[] buildpacks = Write(sandbox, $"rm \"$2\"; ln -s {sandbox.Combine("victim")} \"$2\"", "rm \"$2\"; mkfifo \"$2\"");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        Use(sandbox, runner);
        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => DetectAsync(sandbox, buildpacks[0]));
        DetectResult pipe = await DetectAsync(sandbox, buildpacks[1]).WaitAsync(TimeSpan.FromMinutes(1), TestContext.CancellationToken);

        Assert.AreEqual("BPT2106", error.Code);
        Assert.AreEqual(DetectOutcome.Passed, pipe.Outcome);
    }

    [TestMethod]
    public async Task A_program_sees_no_file_that_is_exchanged_with_another()
    {
        using var sandbox = NewSandbox(BuildpackIsolation.Always);
        const string Script = "find /cnb/exchange -type f; echo more >/cnb/exchange/more";
        ProgramBuildpack[] buildpacks = Write(sandbox, Script, Script);

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        Use(sandbox, runner);
        await BuildAsync(sandbox, buildpacks[0]);
        await BuildAsync(sandbox, buildpacks[1]);

        Assert.AreEqual("/cnb/exchange/plan.toml\n/cnb/exchange/plan.toml", string.Join('\n', said));
    }

    [TestMethod]
    public async Task Views_are_made_before_their_programs_and_no_more_than_there_are_programs()
    {
        using var sandbox = NewSandbox(BuildpackIsolation.Always);
        ProgramBuildpack[] buildpacks = Write(sandbox, "exit 0", "exit 0");
        Directory.Delete(Path.Combine(sandbox.Layers, "test_one"));
        ProgramRunner? runner = null;
        open = async stop => new ProgramPlace(runner = await sandbox.OpenAsync(stop), Inherited);

        await BuildAsync(sandbox, buildpacks[0]);
        await BuildAsync(sandbox, buildpacks[1]);

        Assert.AreEqual("mounts-1 mounts-2", string.Join(' ', Directory.GetFiles(sandbox.Scratch, "mounts-*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        await runner!.DisposeAsync();
    }

    [TestMethod]
    public async Task A_machine_that_runs_no_programs_is_an_error_also_where_the_buildpack_is_optional()
    {
        using var sandbox = NewSandbox(BuildpackIsolation.Always);
        sandbox.Settings = sandbox.Settings with { SearchPath = sandbox.Combine("nothing"), Phase = ProgramPhase.Detection };
        ProgramBuildpack[] buildpacks = Write(sandbox, "exit 0", "exit 0");
        open = async stop => new ProgramPlace(await sandbox.OpenAsync(stop), Inherited);

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new Detector(new ImageDirectory(sandbox.Combine("image"))).DetectAsync(
            [new OrderGroup([new(new FakeBuildpack("acme/built-in")), new(buildpacks[0], Optional: true)])], new DetectContext(sandbox.App, RunImage, Inherited), TestContext.CancellationToken));

        Assert.AreEqual("BPT2151", error.Code);
    }

    private void Use(ProgramSandbox sandbox, ProgramRunner runner) => open = _ => Task.FromResult(new ProgramPlace(runner, Inherited));

    private static ProgramSandbox NewSandbox(BuildpackIsolation isolation)
    {
        var sandbox = new ProgramSandbox { Isolation = isolation };
        sandbox.Settings = sandbox.Settings with
        {
            ImageAppDirectory = $"/bpt-test-{Guid.NewGuid():N}",
            Buildpacks = [.. sandbox.Settings.Buildpacks, new BuildpackDirectory(sandbox.Combine("second"), BuildpackId.Parse("test/two"), "1.2.3")],
        };
        return sandbox;
    }

    // The same script in detection and in the build.
    private ProgramBuildpack[] Write(ProgramSandbox sandbox, string first, string second)
    {
        var host = new ProgramHost(stop => open(stop))
        {
            ImageAppDirectory = sandbox.Settings.ImageAppDirectory,
            Say = (_, line) => said.Add(line),
            Detail = static (_, _) => { },
        };
        BashBuildpack.Write(sandbox.Combine("buildpack"), "test/one", first, first);
        BashBuildpack.Write(sandbox.Combine("second"), "test/two", second, second);
        return [.. sandbox.Settings.Buildpacks.Select(buildpack => new ProgramBuildpack(BuildpackFile.ReadDirectory(buildpack.Directory).Descriptor, host))];
    }

    private Task<DetectResult> DetectAsync(ProgramSandbox sandbox, ProgramBuildpack buildpack) =>
        buildpack.DetectAsync(new DetectContext(sandbox.App, RunImage, Inherited), TestContext.CancellationToken);

    // On a thread of its own: a pipe that is opened stops the one that opens it.
    private Task<BuildResult> BuildAsync(ProgramSandbox sandbox, ProgramBuildpack buildpack)
    {
        string name = buildpack.Descriptor.Id.DirectoryName;
        return Task.Run(() => buildpack.BuildAsync(
            new BuildContext(sandbox.App, sandbox.Settings.ImageAppDirectory, $"/layers/{name}", RunImage, Inherited, [new BuildPlanRequire("wanted", new Dictionary<string, object>())]) { LayersDirectory = Path.Combine(sandbox.Layers, name) },
            TestContext.CancellationToken));
    }
}

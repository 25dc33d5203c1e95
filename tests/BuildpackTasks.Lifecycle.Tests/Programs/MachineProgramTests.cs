using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Programs without a view of their own: the machine has the image's paths for the time of a phase. Needs root, as the fallback does.</summary>
[TestClass]
public sealed class MachineProgramTests
{
    private static readonly string[] Tools = ["unshare", "nsenter", "mount", "umount", "pivot_root", "setsid"];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Without_unshare_programs_run_directly_where_the_image_has_its_paths_which_is_said_once()
    {
        using var sandbox = NewSandbox();
        using var path = PathWithout("unshare");
        sandbox.Settings = sandbox.Settings with { SearchPath = path.Path };
        sandbox.Isolation = BuildpackIsolation.Auto;

        string output = await sandbox.OutputAsync("pwd; echo x >new; echo y >/layers/test_one/layer; ls /platform; ls /cnb/buildpacks/test_one/1.2.3/bin; touch $HOME/file; id -u", TestContext.CancellationToken);

        Assert.AreEqual($"{sandbox.Settings.ImageAppDirectory}\nenv\nbuild\n0", output);
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.App, "new")));
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.Layers, "test_one", "layer")));
        Assert.AreEqual(
            "Buildpacks that are programs run directly on this machine and see all that you see. 'unshare' is not installed, which makes the view of their own for buildpacks that are programs. Install util-linux of the Linux distribution.",
            string.Join('\n', sandbox.Messages.Where(static message => !message.StartsWith("Waiting", StringComparison.Ordinal))));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(sandbox.Scratch).Length);
        AssertUntouched(sandbox);
    }

    [TestMethod]
    public async Task With_isolation_always_a_missing_tool_is_an_error()
    {
        using var sandbox = NewSandbox();
        using var path = PathWithout("unshare");
        sandbox.Settings = sandbox.Settings with { SearchPath = path.Path };
        sandbox.Isolation = BuildpackIsolation.Always;

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2151: 'unshare' is not installed, which makes the view of their own for buildpacks that are programs. Install util-linux of the Linux distribution.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task With_isolation_never_programs_run_directly_and_that_is_said()
    {
        using var sandbox = NewSandbox();
        sandbox.Isolation = BuildpackIsolation.Never;

        Assert.AreEqual(new FileInfo("/proc/self/ns/mnt").LinkTarget, await sandbox.OutputAsync("readlink /proc/self/ns/mnt", TestContext.CancellationToken));

        Assert.AreEqual("Buildpacks that are programs run directly on this machine and see all that you see. BuildpackIsolation is Never.", string.Join('\n', sandbox.Messages.Where(static message => !message.StartsWith("Waiting", StringComparison.Ordinal))));
        AssertUntouched(sandbox);
    }

    [TestMethod]
    public async Task A_kernel_that_refuses_namespaces_is_named_and_programs_run_directly()
    {
        using var sandbox = NewSandbox();
        using var path = PathWithout("unshare");
        Script.Write(path.Combine("unshare"), "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1");
        sandbox.Settings = sandbox.Settings with { SearchPath = path.Path };
        sandbox.Isolation = BuildpackIsolation.Auto;

        Assert.AreEqual("ran", await sandbox.OutputAsync("echo ran", TestContext.CancellationToken));

        StringAssert.Contains(string.Join('\n', sandbox.Messages), "This machine does not allow a view of their own for buildpacks that are programs: unshare: unshare failed: Operation not permitted. Allow unprivileged user namespaces", StringComparison.Ordinal);
        AssertUntouched(sandbox);
    }

    [TestMethod]
    public async Task Two_builds_at_once_have_the_paths_one_after_the_other()
    {
        using var first = NewSandbox();
        using var second = NewSandbox();
        (first.Isolation, second.Isolation) = (BuildpackIsolation.Never, BuildpackIsolation.Never);
        const string Program = "echo $$ >/layers/test_one/mine; sleep 0.3; [ $(cat /layers/test_one/mine) = $$ ]";

        (int Code, IReadOnlyList<string>)[] results = await Task.WhenAll(first.RunAsync(Program, TestContext.CancellationToken), second.RunAsync(Program, TestContext.CancellationToken));

        Assert.AreEqual((0, 0), (results[0].Code, results[1].Code));
        AssertUntouched(first);
        AssertUntouched(second);
    }

    [TestMethod]
    public async Task A_path_that_the_machine_has_already_is_an_error_and_stays_as_it_is()
    {
        using var sandbox = NewSandbox();
        using var taken = new TemporaryDirectory();
        taken.Write("file", "mine");
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = taken.Path };
        sandbox.Isolation = BuildpackIsolation.Never;

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual(
            $"BPT2162: Without a view of their own, buildpacks that are programs need '{taken.Path}' on this machine, and it cannot be made: something is there already. Publish in a container as root where nothing is at that path, or allow user namespaces and leave BuildpackIsolation at Auto (docs/buildpacks-isolation.md says how).",
            $"{error.Code}: {error.Message}");
        Assert.AreEqual("mine", File.ReadAllText(taken.Combine("file")));
        Assert.AreNotEqual(sandbox.Layers, new FileInfo("/layers").LinkTarget);
    }

    [TestMethod]
    public async Task Where_neither_a_view_nor_the_paths_are_possible_the_error_says_why_of_both()
    {
        using var sandbox = NewSandbox();
        using var path = PathWithout("unshare");
        sandbox.Settings = sandbox.Settings with { SearchPath = path.Path, ImageAppDirectory = "/usr/bin" };
        sandbox.Isolation = BuildpackIsolation.Auto;

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2162", error.Code);
        StringAssert.Contains(error.Message, "'unshare' is not installed", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "need '/usr/bin' on this machine", StringComparison.Ordinal);
        Assert.IsTrue(File.Exists("/usr/bin/env"));
    }

    [TestMethod]
    [DataRow("sleep 1000 & setsid sleep 1000 & setsid sleep 1000 </dev/null >/dev/null 2>&1 & wait")]
    [DataRow("trap '' TERM INT HUP; (trap '' TERM; sleep 1000) & while :; do sleep 1000; done")]
    public async Task A_program_that_hangs_is_ended_with_all_that_it_started_and_the_paths_are_removed(string script)
    {
        using var sandbox = NewSandbox();
        sandbox.Isolation = BuildpackIsolation.Never;
        sandbox.Settings = sandbox.Settings with { Timeout = TimeSpan.FromSeconds(1.5) };
        string mark = Guid.NewGuid().ToString("N");
        sandbox.Write("build", $"export MARK={mark}; {script}");

        await using (ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken))
        {
            ProgramStart start = sandbox.Start("build", runner);
            start = start with { Environment = new Dictionary<string, string>(start.Environment) { ["CNB_BUILDPACK_DIR"] = $"/cnb/buildpacks/{mark}" } };
            LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => runner.RunAsync(start, static _ => { }, TestContext.CancellationToken));
            Assert.AreEqual("BPT2159", error.Code);
        }

        await Processes.AssertNoneWithAsync(mark);
        AssertUntouched(sandbox);
    }

    [TestMethod]
    public async Task A_process_of_another_build_of_the_same_buildpack_is_not_ended()
    {
        using var sandbox = NewSandbox();
        sandbox.Isolation = BuildpackIsolation.Never;
        sandbox.Write("build", "setsid sleep 1000 </dev/null >/dev/null 2>&1 & exit 0");
        const string Variable = "CNB_BUILDPACK_DIR";
        var other = new System.Diagnostics.ProcessStartInfo("sleep", ["1000"]);
        string mark = $"/cnb/buildpacks/{Guid.NewGuid():N}";
        other.Environment[Variable] = mark;
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(other)!;
        try
        {
            await using (ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken))
            {
                ProgramStart start = sandbox.Start("build", runner);
                await runner.RunAsync(start with { Environment = new Dictionary<string, string>(start.Environment) { [Variable] = mark } }, static _ => { }, TestContext.CancellationToken);
            }

            Assert.IsFalse(process.HasExited);
            Assert.AreEqual("sleep 1000 ", string.Join('\n', Processes.With(mark)));
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    public async Task Links_that_a_build_left_which_was_ended_by_force_are_removed_by_the_next()
    {
        using var sandbox = new ProgramSandbox();
        string app = $"/bpt-test-{Guid.NewGuid():N}/a/b";
        string mark = $"{Environment.ProcessId}";
        using var host = HostedProgram.Start(new HostedProgramRun(sandbox.Combine(), $"echo started; exec sleep 1000.{mark}") { Isolation = BuildpackIsolation.Never, ImageAppDirectory = app });
        await host.HearAsync("started", TestContext.CancellationToken);
        Assert.IsTrue(Directory.Exists(app));
        await host.KillAsync();
        // Without a namespace nobody ends the program then.
        (await Command.RunAsync("pkill", ["-KILL", "-f", $"sleep 1000\\.{mark}"], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        Assert.IsNotNull(new FileInfo(app).LinkTarget);

        using var next = NewSandbox();
        next.Isolation = BuildpackIsolation.Never;
        await next.OutputAsync("exit 0", TestContext.CancellationToken);

        Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(app))));
        AssertUntouched(next);
    }

    // Each with an app directory that nobody else has.
    private static ProgramSandbox NewSandbox()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Fail("This test makes directories below the root: run it as root.");
        var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = $"/bpt-test-{Guid.NewGuid():N}/app" };
        return sandbox;
    }

    private static void AssertUntouched(ProgramSandbox sandbox)
    {
        Assert.IsFalse(Path.Exists(Path.GetDirectoryName(sandbox.Settings.ImageAppDirectory)));
        // Another test may have the fixed paths at the moment, which lead to its own directories.
        Assert.AreNotEqual(sandbox.Layers, new FileInfo("/layers").LinkTarget);
    }

    private static TemporaryDirectory PathWithout(string name)
    {
        var directory = new TemporaryDirectory();
        foreach (string tool in Tools.Where(tool => tool != name))
            File.CreateSymbolicLink(directory.Combine(tool), Tool.Require(tool));
        return directory;
    }
}

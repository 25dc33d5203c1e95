using System.Diagnostics;
using System.Runtime.InteropServices;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>How programs of buildpacks are started, heard and ended.</summary>
[TestClass]
public sealed class ProgramRunningTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("exit 0", 0)]
    [DataRow("exit 100", 100)]
    [DataRow("exit 255", 255)]
    [DataRow("kill -TERM $$", 143)]
    [DataRow("kill -KILL $$", 137)]
    public async Task The_exit_code_is_that_of_the_program_or_tells_the_signal_that_ended_it(string script, int code)
    {
        using var sandbox = new ProgramSandbox();

        Assert.AreEqual(code, (await sandbox.RunAsync(script, TestContext.CancellationToken)).Code);
    }

    [TestMethod]
    public async Task Lines_of_both_streams_are_heard_as_soon_as_they_are_written()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Write("build", "echo out; while [ ! -e /cnb/exchange/heard-out ]; do sleep 0.02; done; echo err >&2; while [ ! -e /cnb/exchange/heard-err ]; do sleep 0.02; done; printf 'no end'");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        var lines = new List<string>();
        ProgramStart start = sandbox.Start("build", runner);
        await runner.RunAsync(
            start,
            line =>
            {
                lines.Add(line);
                File.WriteAllText(Path.Combine(start.Exchange!.Directory, $"heard-{line.Replace(' ', '-')}"), "");
            },
            TestContext.CancellationToken);

        Assert.AreEqual("out\nerr\nno end", string.Join('\n', lines));
    }

    [TestMethod]
    // Colours and commands to a terminal are left out; what a carriage return starts anew counts once.
    [DataRow(@"printf '\033[1;31mred\033[0m \033]0;title\007plain \033]8;;http://x\033\\link\033(B\n'", "red plain link")]
    [DataRow(@"printf '10%%\r50%%\r100%%\n'", "100%")]
    [DataRow(@"printf 'windows\r\nlines\r\n'", "windows|lines")]
    [DataRow(@"printf 'a\tb\001\002c\n\n\nd\n'", "a\tbc|||d")]
    [DataRow(@"printf 'caf\303\251 \377 \342\202\n'", "café \ufffd \ufffd")]
    public async Task What_a_program_writes_becomes_lines_of_text(string script, string lines)
    {
        using var sandbox = new ProgramSandbox();

        Assert.AreEqual(lines, string.Join('|', (await sandbox.RunAsync(script, TestContext.CancellationToken)).Lines));
    }

    [TestMethod]
    public async Task A_line_without_end_comes_in_pieces_and_nothing_of_it_is_lost()
    {
        using var sandbox = new ProgramSandbox();

        IReadOnlyList<string> lines = (await sandbox.RunAsync("head -c 1000000 /dev/zero | tr '\\0' x", TestContext.CancellationToken)).Lines;

        Assert.AreEqual(1_000_000, lines.Sum(static line => line.Length));
        Assert.IsTrue(lines.All(static line => line.Length <= 16 * 1024));
    }

    [TestMethod]
    public async Task A_program_reads_nothing()
    {
        using var sandbox = new ProgramSandbox();

        Assert.AreEqual("0", await sandbox.OutputAsync("cat | wc -c", TestContext.CancellationToken));
    }

    [TestMethod]
    [DataRow("sleep 1000")]
    [DataRow("trap '' TERM INT HUP; while :; do sleep 1000; done")]
    [DataRow("sleep 1000 & setsid sleep 1000 & setsid sleep 1000 </dev/null >/dev/null 2>&1 & wait")]
    public async Task A_program_that_hangs_is_ended_with_all_that_it_started(string script)
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { Timeout = TimeSpan.FromSeconds(1.5) };
        string mark = Guid.NewGuid().ToString("N");
        sandbox.Write("build", $"export MARK={mark}; {script}");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(
            () => runner.RunAsync(sandbox.Start("build", runner), static _ => { }, TestContext.CancellationToken));

        Assert.AreEqual("BPT2159: The buildpack test/one@1.2.3 was not done with bin/build (build) after 00:00:01.5000000, and was ended. Remove what it waits for, or set BuildpackTimeout.", $"{error.Code}: {error.Message}");
        await Processes.AssertNoneWithAsync(mark);
    }

    [TestMethod]
    public async Task A_cancelled_program_is_ended_with_all_that_it_started()
    {
        using var sandbox = new ProgramSandbox();
        string mark = Guid.NewGuid().ToString("N");
        sandbox.Write("build", $"export MARK={mark}; setsid sleep 1000 & echo started; sleep 1000");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        await Assert.ThrowsAsync<OperationCanceledException>(() => runner.RunAsync(sandbox.Start("build", runner), _ => cancel.Cancel(), cancel.Token));

        await Processes.AssertNoneWithAsync(mark);
    }

    [TestMethod]
    public async Task What_a_program_leaves_running_ends_with_it_and_is_not_waited_for()
    {
        using var sandbox = new ProgramSandbox();
        string mark = Guid.NewGuid().ToString("N");
        var clock = Stopwatch.StartNew();

        (int code, IReadOnlyList<string> lines) = await sandbox.RunAsync($"export MARK={mark}; sleep 1000 & setsid sleep 1000 & echo done; exit 7", TestContext.CancellationToken);

        Assert.AreEqual("7 done", $"{code} {string.Join('\n', lines)}");
        Assert.IsTrue(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
        await Processes.AssertNoneWithAsync(mark);
    }

    [TestMethod]
    public async Task An_error_of_who_hears_the_lines_ends_the_program()
    {
        using var sandbox = new ProgramSandbox();
        string mark = Guid.NewGuid().ToString("N");
        sandbox.Write("build", $"export MARK={mark}; echo line; sleep 1000");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        var error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => runner.RunAsync(sandbox.Start("build", runner), static _ => throw new InvalidOperationException("full"), TestContext.CancellationToken));

        Assert.AreEqual("full", error.Message);
        await Processes.AssertNoneWithAsync(mark);
    }

    [TestMethod]
    public async Task A_program_that_is_not_there_is_an_error_that_names_it()
    {
        using var sandbox = new ProgramSandbox();

        await AssertRefusedAsync(sandbox, "BPT2155: There is no program '/cnb/buildpacks/test_one/1.2.3/bin/build'. Use a buildpack that has it (buildpack specification, 'Buildpack Interface').");
    }

    [TestMethod]
    public async Task A_directory_in_place_of_a_program_is_an_error()
    {
        using var sandbox = new ProgramSandbox();
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin", "build"));

        await AssertRefusedAsync(sandbox, "BPT2155: There is no program '/cnb/buildpacks/test_one/1.2.3/bin/build'. Use a buildpack that has it (buildpack specification, 'Buildpack Interface').");
    }

    [TestMethod]
    public async Task A_pipe_in_place_of_a_program_is_an_error()
    {
        using var sandbox = new ProgramSandbox();
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin"));
        (await Command.RunAsync("mkfifo", ["--mode=755", sandbox.Combine("buildpack", "bin", "build")])).EnsureSuccess();

        await AssertRefusedAsync(sandbox, "BPT2155: There is no program '/cnb/buildpacks/test_one/1.2.3/bin/build'. Use a buildpack that has it (buildpack specification, 'Buildpack Interface').");
    }

    [TestMethod]
    public async Task A_program_that_nobody_may_execute_is_an_error_that_says_how_to_make_it_executable()
    {
        using var sandbox = new ProgramSandbox();
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin"));
        File.WriteAllText(sandbox.Combine("buildpack", "bin", "build"), "#!/bin/sh\n");

        await AssertRefusedAsync(sandbox, "BPT2156: '/cnb/buildpacks/test_one/1.2.3/bin/build' is not a file that may be executed. Make it executable (chmod +x, git update-index --chmod=+x), or pack the buildpack on a system that keeps modes.");
    }

    [TestMethod]
    [DataRow("#!/usr/bin/no-such-shell -e\n", "/usr/bin/no-such-shell")]
    [DataRow("#! /bin/sh\r\necho\r\n", "/bin/sh\\r")]
    public async Task A_program_whose_interpreter_is_missing_is_an_error_that_names_both(string text, string interpreter)
    {
        using var sandbox = new ProgramSandbox();
        await WriteProgramAsync(sandbox, System.Text.Encoding.UTF8.GetBytes(text));

        await AssertRefusedAsync(sandbox, $"BPT2158: '/cnb/buildpacks/test_one/1.2.3/bin/build' is run by '{interpreter}', which is not there where buildpacks run. Set BuildImage to an image that has it, install it, or use another buildpack.");
    }

    [TestMethod]
    public async Task A_program_for_another_processor_is_an_error_that_says_for_which()
    {
        using var sandbox = new ProgramSandbox();
        byte[] program = File.ReadAllBytes("/usr/bin/env");
        // e_machine: s390x
        (program[18], program[19]) = (22, 0);
        await WriteProgramAsync(sandbox, program);

        string machine = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        await AssertRefusedAsync(sandbox, $"BPT2157: '/cnb/buildpacks/test_one/1.2.3/bin/build' is a program for s390x, and this machine is {machine}. Use a buildpack that is built for {machine}.");
    }

    [TestMethod]
    public async Task A_program_may_be_a_link_within_its_buildpack()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Write("main", "echo $(basename $0)");
        File.CreateSymbolicLink(sandbox.Combine("buildpack", "bin", "build"), "main");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        var lines = new List<string>();
        Assert.AreEqual(0, await runner.RunAsync(sandbox.Start("build", runner), lines.Add, TestContext.CancellationToken));
        Assert.AreEqual("build", string.Join('\n', lines));
    }

    [TestMethod]
    public async Task A_link_of_the_buildpack_that_leads_out_of_the_view_leads_nowhere()
    {
        using var sandbox = new ProgramSandbox();
        using var outside = new TemporaryDirectory();
        Script.Write(outside.Combine("program"), "echo out");
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin"));
        File.CreateSymbolicLink(sandbox.Combine("buildpack", "bin", "build"), outside.Combine("program"));

        await AssertRefusedAsync(sandbox, "BPT2155: There is no program '/cnb/buildpacks/test_one/1.2.3/bin/build'. Use a buildpack that has it (buildpack specification, 'Buildpack Interface').");
    }

    [TestMethod]
    public async Task An_environment_that_is_too_long_is_an_error()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Write("build", "exit 0");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        ProgramStart start = sandbox.Start("build", runner) with { Environment = new Dictionary<string, string> { ["LONG"] = new('x', 1024 * 1024) } };
        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => runner.RunAsync(start, static _ => { }, TestContext.CancellationToken));

        Assert.AreEqual("BPT2160", error.Code);
    }

    [TestMethod]
    public async Task A_directory_of_the_view_that_is_missing_is_an_error_that_names_it()
    {
        using var sandbox = new ProgramSandbox();
        Directory.Delete(sandbox.Combine("buildpack"), recursive: true);

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2153", error.Code);
        StringAssert.Contains(error.Message, $"'{sandbox.Combine("buildpack")}'", StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(ProgramSandbox sandbox, string message)
    {
        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(
            () => runner.RunAsync(sandbox.Start("build", runner), static _ => { }, TestContext.CancellationToken));
        Assert.AreEqual(message, $"{error.Code}: {error.Message}");
    }

    private static async Task WriteProgramAsync(ProgramSandbox sandbox, byte[] bytes)
    {
        Directory.CreateDirectory(sandbox.Combine("buildpack", "bin"));
        File.WriteAllBytes(sandbox.Combine("text"), bytes);
        (await Command.RunAsync("install", ["-m", "755", sandbox.Combine("text"), sandbox.Combine("buildpack", "bin", "build")])).EnsureSuccess();
    }
}

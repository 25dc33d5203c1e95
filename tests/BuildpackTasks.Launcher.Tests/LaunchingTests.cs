using BuildpackTasks.Testing;

namespace BuildpackTasks.Launcher.Tests;

/// <summary>The launcher as images have it, run on this machine: whom it starts, with which arguments and in which environment.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class LaunchingTests
{
    // Shows each argument in brackets, so that blanks can be told.
    private const string ShowArguments = "printf '[%s]' \"$@\"; echo";

    [TestMethod]
    public async Task A_process_is_started_by_the_name_of_the_launcher()
    {
        using LauncherDirectory image = Image();

        Assert.AreEqual("[stays][default one]\n", (await image.RunAsync("web")).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Arguments_that_are_given_take_the_place_of_the_default_ones()
    {
        using LauncherDirectory image = Image();

        Assert.AreEqual("[stays][a b][][*]\n", (await image.RunAsync("web", ["a b", "", "*"])).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_process_of_the_oldest_API_keeps_its_arguments_and_gets_those_that_are_given_after_them()
    {
        using LauncherDirectory image = Image();
        image.Buildpack("acme/old", "0.8");
        image.Process("old", "\"show\"", "\"stays\"", buildpack: "acme/old");

        Assert.AreEqual("[stays]\n", (await image.RunAsync("old")).EnsureSuccess().Output);
        Assert.AreEqual("[stays][x]\n", (await image.RunAsync("old", ["x"])).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_process_type_may_have_a_dot_which_the_reference_takes_for_an_extension()
    {
        using LauncherDirectory image = Image();
        image.Process("web.v1", "\"show\", \"dotted\"");

        Assert.AreEqual("[dotted]\n", (await image.RunAsync("web.v1")).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_command_after_two_dashes_is_executed_as_it_is()
    {
        using LauncherDirectory image = Image();

        Assert.AreEqual("[$HOME][;]\n", (await image.RunAsync("launcher", ["--", "show", "$HOME", ";"])).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Any_other_command_is_a_script_for_the_shell()
    {
        using LauncherDirectory image = Image();

        Assert.AreEqual("from the layer 3\n", (await image.RunAsync("launcher", ["echo $LAYER $((1 + 2))"])).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task With_arguments_it_is_a_program_and_each_argument_is_evaluated_and_stays_one()
    {
        using LauncherDirectory image = Image();

        Assert.AreEqual("[from the layer][a b][2]\n", (await image.RunAsync("launcher", ["show", "$LAYER", "a b", "$((1 + 1))"])).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task D17_scripts_in_profile_d_are_read_only_where_a_shell_starts_the_process()
    {
        using LauncherDirectory image = Image();
        image.Process("sh", "\"echo $A $B $C $PWD\"", more: $"direct = false\nworking-dir = \"{image.Combine("layers")}\"");
        image.Write("layers/acme_app/two/profile.d/1.sh", "A=layer:$PWD; export A B");
        image.Write("layers/acme_app/two/profile.d/sh/1.sh", "B=process:$A");
        image.Write("layers/acme_app/two/profile.d/web/1.sh", "B=other");
        image.Write("app/.profile", "export C=\"app:$B\"");

        Assert.AreEqual($"layer:{image.App} process:layer:{image.App} app:process:layer:{image.App} {image.Layers}\n", (await image.RunAsync("sh")).EnsureSuccess().Output);
        Assert.AreEqual("", (await image.RunAsync("launcher", ["--", "printenv", "A", "B", "C"])).Output);
    }

    [TestMethod]
    public async Task A_process_starts_in_the_apps_directory_or_in_its_own()
    {
        using LauncherDirectory image = Image();
        image.Process("here", "\"pwd\"");
        image.Process("there", "\"pwd\"", more: $"direct = true\nworking-dir = \"{image.Layers}\"");

        Assert.AreEqual(image.App + "\n", (await image.RunAsync("here")).EnsureSuccess().Output);
        Assert.AreEqual(image.Layers + "\n", (await image.RunAsync("there")).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task D1_layers_prepend_in_ascending_order_as_the_reference_does()
    {
        using LauncherDirectory image = Image();
        image.Process("path", "\"printenv\", \"PATH\", \"LD_LIBRARY_PATH\"");
        foreach (string layer in (string[])["a", "b"]) image.Write($"layers/acme_app/{layer}/lib/x", "");
        image.Write("layers/acme_app/a/bin/x", "");

        string one = image.Combine("layers/acme_app/one/bin");
        Assert.AreEqual(
            $"{one}:{image.Combine("layers/acme_app/a/bin")}:/usr/bin:/bin\n{image.Combine("layers/acme_app/b/lib")}:{image.Combine("layers/acme_app/a/lib")}\n",
            (await image.RunAsync("path")).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task D11_what_is_for_the_launcher_alone_is_removed_anywhere_in_the_environment()
    {
        using LauncherDirectory image = Image();

        string[] environment = await EnvironmentAsync(image, new Dictionary<string, string?> { ["CNB_PROCESS_TYPE"] = "web", ["CNB_EXEC_ENV"] = "production" });

        Assert.AreEqual("CNB_EXEC_ENV=production", string.Join(' ', environment.Where(static variable => variable.StartsWith("CNB_", StringComparison.Ordinal))));
        Assert.IsTrue(environment.Contains($"PATH={image.Combine("layers/acme_app/one/bin")}:/usr/bin:/bin"));
    }

    [TestMethod]
    [DataRow("V", "new", "old", "new")]
    [DataRow("V.override", "new", "old", "new")]
    [DataRow("V.default", "new", "old", "old")]
    [DataRow("V.default", "new", "", "new")]
    [DataRow("V.default", "new", null, "new")]
    [DataRow("V.append", "new", "old", "old+new")]
    [DataRow("V.append", "new", "", "new")]
    [DataRow("V.prepend", "new", "old", "new+old")]
    [DataRow("V.other", "new", "old", "old")]
    [DataRow("V.a.append", "new", "old", "old")]
    [DataRow("V", "two\nlines\n", null, "two\nlines\n")]
    [DataRow("V", "grün", null, "grün")]
    public async Task Files_change_variables_that_a_container_is_given(string file, string contents, string? given, string expected)
    {
        using LauncherDirectory image = Image();
        image.Process("value", "\"printenv\", \"V\"");
        image.Write($"layers/acme_app/one/env/{file}", contents);
        image.Write("layers/acme_app/one/env/V.delim", "+");

        Assert.AreEqual(expected + "\n", (await image.RunAsync("value", environment: new Dictionary<string, string?> { ["V"] = given })).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Files_of_a_process_come_after_those_for_all_and_those_of_another_are_not_read()
    {
        using LauncherDirectory image = Image();
        image.Process("value", "\"printenv\", \"V\"");
        image.Buildpack("acme/later");
        image.Write("layers/acme_app/one/env/V", "1");
        image.Write("layers/acme_app/one/env.launch/V.append", "2");
        image.Write("layers/acme_app/one/env.launch/value/V.append", "3");
        image.Write("layers/acme_app/one/env.launch/web/V.append", "w");
        image.Write("layers/acme_app/one/env.build/V.append", "b");
        image.Write("layers/acme_app/two/env/V.append", "4");
        image.Write("layers/acme_later/a/env/V.append", "5");

        Assert.AreEqual("12345\n", (await image.RunAsync("value")).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Programs_in_exec_d_change_the_environment_one_after_the_other()
    {
        using LauncherDirectory image = Image();
        image.Process("value", "\"printenv\", \"V\", \"W\"");
        image.Program("layers/acme_app/one/exec.d/1", "echo 'V = \"1\"' >&3; echo \"pwd $PWD\"");
        image.Program("layers/acme_app/one/exec.d/2", "printf 'V = \"%s2\"\\n\"W\" = '\"'''q \\\\ q'''\" \"$V\" >&3; echo said >&2");
        image.Program("layers/acme_app/one/exec.d/value/1", "printf 'V = \"%s3\"' \"$V\" >&3");
        image.Program("layers/acme_app/one/exec.d/web/1", "exit 1");
        image.Program("layers/acme_app/two/exec.d/1", "cat; printf 'V = \"%s4\"' \"$V\" >&3");

        CommandResult result = (await image.RunAsync("value")).EnsureSuccess();

        Assert.AreEqual($"pwd {image.App}\n1234\nq \\ q\n", result.Output);
        Assert.AreEqual("said\n", result.Error);
    }

    [TestMethod]
    [DataRow("exit 3", "ended with exit code 3")]
    [DataRow("kill -9 $$", "was ended by signal 9")]
    [DataRow("echo 'V = 1' >&3", "said 'V', which is not a variable with a text")]
    [DataRow("echo '\"A=B\" = \"x\"' >&3", "said 'A=B', which is not a variable with a text")]
    [DataRow("echo nonsense >&3", "is not TOML: line 1, column 9: a key is followed by '='")]
    public async Task A_program_in_exec_d_that_fails_stops_the_start(string script, string message)
    {
        using LauncherDirectory image = Image();
        image.Program("layers/acme_app/one/exec.d/1", script);

        CommandResult result = await image.RunAsync("web");

        Assert.AreEqual(82, result.ExitCode);
        StringAssert.Contains(result.Error, message);
    }

    [TestMethod]
    public async Task The_process_is_the_one_that_was_started_with_its_own_exit_code_and_no_further_files()
    {
        using LauncherDirectory image = Image();
        image.Process("exit", "\"bash\", \"-c\", \"exit 7\"");
        image.Process("state", "\"cat\", \"/proc/self/status\"");
        image.Process("files", "\"ls\", \"/proc/self/fd\"");

        CommandResult state = await image.RunAsync("state");

        Assert.AreEqual(7, (await image.RunAsync("exit")).ExitCode);
        // What whoever runs the tests ignores, such as nohup, is ignored by every process that they start; .NET itself adds SIGPIPE.
        const ulong Pipe = 1UL << 12;
        Assert.AreEqual(0UL, Signals(state, "SigBlk"));
        Assert.AreEqual(Signals(await Command.RunAsync("cat", ["/proc/self/status"], "/"), "SigIgn") & ~Pipe, Signals(state, "SigIgn"));
        // Files that the test's own process left open are those of every process that it starts.
        Assert.AreEqual((await Command.RunAsync("ls", ["/proc/self/fd"], "/")).Output, (await image.RunAsync("files")).Output);
    }

    [TestMethod]
    public async Task Arguments_and_variables_that_are_no_text_pass_through_unchanged()
    {
        using LauncherDirectory image = Image();
        image.Process("bytes", "\"sh\", \"-c\", \"printf '%s' \\\"$0$V\\\" | od -An -tx1\"");

        // What starts a program here knows only text: a shell makes the bytes.
        image.Write("layers/config/none", "");
        await image.RunAsync("bytes");
        string script = $"V=$(printf '\\377x') exec {image.Combine("cnb/process/bytes")} \"$(printf 'a\\200\\303\\274')\"";
        CommandResult result = await Command.RunAsync("bash", ["-c", script], "/", new Dictionary<string, string?> { ["CNB_LAYERS_DIR"] = image.Layers, ["CNB_APP_DIR"] = image.App, ["CNB_PLATFORM_API"] = "0.15" });

        Assert.AreEqual("61 80 c3 bc ff 78", result.EnsureSuccess().Output.Trim());
    }

    [TestMethod]
    public async Task A_process_for_another_execution_environment_does_not_start()
    {
        using LauncherDirectory image = Image();
        image.Process("check", "\"show\"", more: "direct = true\nexec-env = [\"test\", \"dev\"]");

        CommandResult refused = await image.RunAsync("check");
        Assert.AreEqual(82, refused.ExitCode);
        Assert.AreEqual("ERROR: the process 'check' is for test, dev, and this container is for production (CNB_EXEC_ENV)\n", refused.Error);
        (await image.RunAsync("check", environment: new Dictionary<string, string?> { ["CNB_EXEC_ENV"] = "test" })).EnsureSuccess();
    }

    [TestMethod]
    [DataRow("web", null, "", 11, "CNB_PLATFORM_API is not set; it is one of 0.12, 0.13, 0.14, 0.15")]
    [DataRow("web", "0.3", "", 11, "the Platform API '0.3' (CNB_PLATFORM_API) is not supported; it is one of 0.12, 0.13, 0.14, 0.15")]
    [DataRow("launcher", "0.15", "", 82, "there is no process of the launcher's own name to start, and no command was given. Start /cnb/process/TYPE, or give a command: -- PROGRAM ARGUMENTS...")]
    [DataRow("launcher", "0.15", "-- no-such-program", 82, "there is no program 'no-such-program' in the directories of PATH (")]
    [DataRow("launcher", "0.15", "-- /no/such", 82, "there is no program '/no/such'")]
    [DataRow("launcher", "0.15", "-- ./file", 82, "'./file' is not a program that this user may execute")]
    [DataRow("launcher", "0.15", "-- ./nothing", 82, "/app/nothing' cannot be started: ")]
    public async Task What_cannot_start_says_why(string name, string? api, string arguments, int exitCode, string message)
    {
        using LauncherDirectory image = Image();
        // A program without an interpreter's name: only shells start such a file.
        File.WriteAllText(image.Program("app/nothing", ""), "echo hi\n");

        CommandResult result = await image.RunAsync(name, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), new Dictionary<string, string?> { ["CNB_PLATFORM_API"] = api });

        Assert.AreEqual(exitCode, result.ExitCode, result.Output + result.Error);
        StringAssert.Contains(result.Error, message);
        Assert.AreEqual(1, result.Error.Count(static character => character == '\n'));
    }

    [TestMethod]
    public async Task A_buildpack_of_an_unknown_API_is_refused()
    {
        using LauncherDirectory image = Image();
        image.Buildpack("acme/new", "0.99");

        CommandResult result = await image.RunAsync("web");

        Assert.AreEqual(12, result.ExitCode);
        Assert.AreEqual("ERROR: the Buildpack API '0.99' of the buildpack 'acme/new' is not supported\n", result.Error);
    }

    [TestMethod]
    public async Task A_start_up_hook_of_the_app_does_not_run_in_the_launcher()
    {
        using LauncherDirectory image = Image();
        image.Process("hook", "\"printenv\", \"DOTNET_STARTUP_HOOKS\"");

        Assert.AreEqual("/no/such.dll\n", (await image.RunAsync("hook", environment: new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = "/no/such.dll" })).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task What_the_runtime_has_for_debuggers_is_not_left_to_the_process()
    {
        using LauncherDirectory image = Image();
        Directory.CreateDirectory(image.Combine("tmp"));
        image.Process("list", "\"ls\", \"-A\", \"" + image.Combine("tmp") + "\"");

        Assert.AreEqual("", (await image.RunAsync("list", environment: new Dictionary<string, string?> { ["TMPDIR"] = image.Combine("tmp") })).EnsureSuccess().Output);
    }

    private static LauncherDirectory Image()
    {
        var image = new LauncherDirectory();
        image.Buildpack("acme/app");
        image.Process("web", "\"show\", \"stays\"", "\"default one\"");
        image.Program("layers/acme_app/one/bin/show", ShowArguments);
        image.Write("layers/acme_app/one/env.launch/LAYER", "from the layer");
        return image;
    }

    private static async Task<string[]> EnvironmentAsync(LauncherDirectory image, IReadOnlyDictionary<string, string?> environment)
    {
        image.Process("environment", "\"env\", \"-0\"");
        return (await image.RunAsync("environment", environment: environment)).EnsureSuccess().Output.Split('\0');
    }

    private static ulong Signals(CommandResult status, string which) =>
        Convert.ToUInt64(status.EnsureSuccess().Output.Split('\n').Single(line => line.StartsWith(which, StringComparison.Ordinal)).Split('\t')[1], 16);
}

using System.Runtime.Versioning;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>What a program of a buildpack sees, and what it can change.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class ProgramViewTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_program_sees_the_app_the_layers_the_buildpack_and_the_platform_directory_at_their_paths()
    {
        using var sandbox = new ProgramSandbox();
        File.WriteAllText(Path.Combine(sandbox.App, "app.txt"), "the app");
        File.WriteAllText(sandbox.Combine("buildpack", "data.txt"), "the buildpack");
        sandbox.Settings = sandbox.Settings with { UserEnvironment = new Dictionary<string, string> { ["NAME"] = "the platform" } };

        string output = await sandbox.OutputAsync("""
            pwd
            cat app.txt; echo
            cat /workspace/app.txt; echo
            cat /cnb/buildpacks/test_one/1.2.3/data.txt; echo
            cat /platform/env/NAME; echo
            ls /layers
            """, TestContext.CancellationToken);

        Assert.AreEqual("/workspace\nthe app\nthe app\nthe buildpack\nthe platform\ntest_one\ntest_two", output);
    }

    [TestMethod]
    public async Task A_program_is_given_its_environment_and_arguments_as_they_are_and_nothing_else()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Write("build", "tr '\\0' '\\n' </proc/$$/environ | sort; printf '<%s>\\n' \"$@\"");
        var environment = new Dictionary<string, string> { ["A"] = "two\nlines", ["MY-VAR"] = "$HOME `x` 'y' \"z\"", ["EMPTY"] = "", ["LD_LIBRARY_PATH"] = "/layers/none/lib" };

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        var lines = new List<string>();
        int code = await runner.RunAsync(sandbox.Start("build", runner, "", "a b", "*") with { Environment = environment }, lines.Add, TestContext.CancellationToken);

        Assert.AreEqual(0, code);
        // A shell that is given no PATH looks in its own; it does not tell others of it.
        Assert.AreEqual("A=two\nEMPTY=\nLD_LIBRARY_PATH=/layers/none/lib\nMY-VAR=$HOME `x` 'y' \"z\"\nlines\n<>\n<a b>\n<*>", string.Join('\n', lines));
    }

    [TestMethod]
    public async Task A_program_runs_as_a_user_who_is_not_root_and_has_no_rights_over_the_system()
    {
        using var sandbox = new ProgramSandbox();

        string output = await sandbox.OutputAsync("id -un; id -u; id -g; echo $HOME; ls -A $HOME | wc -l; touch $HOME/file && echo written; grep CapEff /proc/self/status", TestContext.CancellationToken);

        Assert.AreEqual("cnb\n1000\n1000\n/home/cnb\n0\nwritten\nCapEff:\t0000000000000000", output);
    }

    [TestMethod]
    public async Task What_a_program_changes_in_the_app_and_in_its_layers_stays_and_the_rest_is_lost_or_refused()
    {
        using var sandbox = new ProgramSandbox();

        string output = await sandbox.OutputAsync("""
            try() { (echo x >"$1") 2>/dev/null && echo "$1 written" || echo "$1 refused"; }
            try /workspace/new
            try /layers/test_one/new
            try /layers/test_two/new
            try /layers/new
            try /cnb/buildpacks/test_one/1.2.3/new
            try /platform/env/new
            try /usr/new
            try /etc/new
            try /new
            try /proc/sys/kernel/core_pattern
            try /tmp/new
            try /var/tmp/new
            try /dev/shm/new
            try /home/cnb/new
            """, TestContext.CancellationToken);

        Assert.AreEqual("""
            /workspace/new written
            /layers/test_one/new written
            /layers/test_two/new refused
            /layers/new refused
            /cnb/buildpacks/test_one/1.2.3/new refused
            /platform/env/new refused
            /usr/new refused
            /etc/new refused
            /new refused
            /proc/sys/kernel/core_pattern refused
            /tmp/new written
            /var/tmp/new written
            /dev/shm/new written
            /home/cnb/new written
            """, output);
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.App, "new")));
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.Layers, "test_one", "new")));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(sandbox.Scratch).Length);
    }

    [TestMethod]
    public async Task In_detection_neither_the_app_nor_the_layers_can_be_changed()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { Phase = ProgramPhase.Detection };

        string output = await sandbox.OutputAsync("""
            (echo x >/workspace/new) 2>/dev/null || echo refused
            (echo x >/layers/test_one/new) 2>/dev/null || echo refused
            """, TestContext.CancellationToken);

        Assert.AreEqual("refused\nrefused", output);
    }

    [TestMethod]
    public async Task A_program_cannot_undo_what_makes_its_view()
    {
        using var sandbox = new ProgramSandbox();

        string output = await sandbox.OutputAsync("""
            umount /etc 2>/dev/null && echo undone
            mount -o remount,rw,bind /usr 2>/dev/null && echo undone
            unshare --user --map-root-user --mount sh -c 'umount /etc/ssh || umount /etc || umount / || mount -o remount,rw,bind /usr || touch /usr/file' 2>/dev/null && echo undone
            ls /proc/1/root/ 2>/dev/null && echo seen
            ls /.old 2>/dev/null
            echo end
            """, TestContext.CancellationToken);

        Assert.AreEqual("end", output);
    }

    [TestMethod]
    public async Task A_program_sees_neither_homes_nor_credentials_nor_other_processes_nor_sockets()
    {
        using var sandbox = new ProgramSandbox();
        using var secret = new TemporaryDirectory();
        string config = secret.Write("config.json", "secret");

        string output = await sandbox.OutputAsync($"""
            for path in /root {Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)} {config} {AppContext.BaseDirectory} /var/run/docker.sock /run/docker.sock /run/podman /var/lib /srv /mnt /sys; do
                [ -e "$path" ] && echo "$path is seen"
            done
            for path in /etc/shadow /etc/gshadow /etc/sudoers /etc/ssh/* /etc/ssl/private/* /etc/docker/*; do
                [ -s "$path" ] && echo "$path is seen"
            done
            ls /dev
            ls /proc >/tmp/processes; grep -c '^[0-9]' /tmp/processes
            cat /etc/passwd | wc -l
            """, TestContext.CancellationToken);

        // The processes: the one that holds the view, the program's shell, and ls.
        Assert.AreEqual("fd\nfull\nnull\nrandom\nshm\nstderr\nstdin\nstdout\nurandom\nzero\n3\n3", output);
    }

    [TestMethod]
    public async Task A_home_or_a_configuration_in_a_visible_directory_is_hidden_and_one_that_the_system_needs_is_not()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { Hidden = ["/usr/share/doc", "/etc/os-release", "/usr/bin", "/opt", "/", ""] };

        Assert.AreEqual("0\n0\nenv", await sandbox.OutputAsync("ls /usr/share/doc | wc -l; cat /etc/os-release | wc -c; basename /usr/bin/env; ls /opt >/dev/null", TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task What_only_its_owner_may_read_is_hidden_however_deep_it_is()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Fail("This test writes to /opt: run it as root.");
        using var sandbox = new ProgramSandbox();
        string root = $"/opt/bpt-test-{Guid.NewGuid():N}";
        string deep = Path.Combine(root, "a", "b", "c", "d");
        try
        {
            Directory.CreateDirectory(deep);
            foreach (string name in (string[])["private", "public"]) File.WriteAllText(Path.Combine(deep, name), name);
            Directory.CreateDirectory(Path.Combine(deep, "closed"));
            File.WriteAllText(Path.Combine(deep, "closed", "file"), "closed");
            File.SetUnixFileMode(Path.Combine(deep, "private"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(Path.Combine(deep, "closed"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            Assert.AreEqual("public", await sandbox.OutputAsync($"cd {deep}; cat public private; ls closed", TestContext.CancellationToken));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [TestMethod]
    public async Task What_is_hidden_may_be_removed_while_programs_run()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Fail("This test writes to /opt: run it as root.");
        using var sandbox = new ProgramSandbox();
        string root = $"/opt/bpt-test-{Guid.NewGuid():N}";
        string file = Path.Combine(root, "file");
        Directory.CreateDirectory(root);
        try
        {
            File.WriteAllText(file, "private");
            sandbox.Settings = sandbox.Settings with { Hidden = [file] };
            sandbox.Write("build", $"cat {root}/*");
            var lines = new List<string>();

            await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
            await runner.RunAsync(sandbox.Start("build", runner), lines.Add, TestContext.CancellationToken);
            Assert.AreEqual("", string.Join('\n', lines));
            File.Delete(file);
            await runner.RunAsync(sandbox.Start("build", runner), lines.Add, TestContext.CancellationToken);

            Assert.AreEqual($"cat: '{root}/*': No such file or directory", string.Join('\n', lines));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [TestMethod]
    [DataRow("/usr/share/doc")]
    [DataRow("/usr/share/doc/more/app")]
    public async Task An_app_may_be_at_the_path_of_what_is_hidden_or_below_it(string path)
    {
        using var sandbox = new ProgramSandbox();
        File.WriteAllText(Path.Combine(sandbox.App, "file"), "the app\n");
        sandbox.Settings = sandbox.Settings with { Hidden = ["/usr/share/doc"], ImageAppDirectory = path };

        Assert.AreEqual($"{path}\nthe app\n1", await sandbox.OutputAsync("pwd; cat file; ls /usr/share/doc | wc -l", TestContext.CancellationToken));
    }

    [TestMethod]
    public void Homes_and_configurations_of_the_user_are_named()
    {
        var environment = new Dictionary<string, string> { ["HOME"] = "/opt/home", ["DOCKER_CONFIG"] = "/opt/docker", ["REGISTRY_AUTH_FILE"] = "/opt/auth/auth.json", ["XDG_CONFIG_HOME"] = "relative" };

        Assert.AreEqual("/opt/home /opt/home /opt/docker /opt/auth/auth.json /opt/auth /etc/opt/NuGet", string.Join(' ', PrivateFiles.Of(environment, "/opt/home")));
    }

    [TestMethod]
    [DataRow(BuildpackIsolation.Always)]
    [DataRow(BuildpackIsolation.Never)]
    public async Task What_the_user_sets_may_be_read_by_nobody_else_and_goes_away_with_the_phase_also_where_it_fails(BuildpackIsolation isolation)
    {
        using var sandbox = new ProgramSandbox { Isolation = isolation };
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = $"/bpt-test-{Guid.NewGuid():N}", UserEnvironment = new Dictionary<string, string> { ["TOKEN"] = "secret" } };
        sandbox.Write("build", "cat /platform/env/TOKEN; exit 1");
        var lines = new List<string>();

        await using (ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken))
        {
            await runner.RunAsync(sandbox.Start("build", runner), lines.Add, TestContext.CancellationToken);
            string file = Directory.GetFiles(sandbox.Scratch, "TOKEN", SearchOption.AllDirectories).Single();
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }

        Assert.AreEqual("secret", string.Join('\n', lines));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(sandbox.Scratch).Length);
    }

    [TestMethod]
    public async Task Names_are_looked_up_and_the_network_is_there()
    {
        using var sandbox = new ProgramSandbox();

        string output = await sandbox.OutputAsync("getent hosts localhost | grep -c localhost; cat /etc/resolv.conf >/dev/null && echo resolver; cat /proc/net/dev | grep -c lo:", TestContext.CancellationToken);

        Assert.AreEqual("1\nresolver\n1", output);
    }

    [TestMethod]
    [DataRow("/app")]
    [DataRow("/usr/app")]
    [DataRow("/usr/src/deep/app")]
    [DataRow("/opt/company/app")]
    [DataRow("/home/cnb/app")]
    [DataRow("/home/site/wwwroot")]
    [DataRow("/tmp/app")]
    [DataRow("/srv/with space/#app\\x")]
    public async Task An_app_may_be_at_any_path_that_has_nothing_else(string path)
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = path };

        string output = await sandbox.OutputAsync("pwd; echo x >file; ls /usr/bin/env /etc/passwd; [ -e /usr/share ] && echo share", TestContext.CancellationToken);

        Assert.AreEqual($"{path}\n/etc/passwd\n/usr/bin/env\nshare", output);
        Assert.IsTrue(File.Exists(Path.Combine(sandbox.App, "file")));
        Assert.IsFalse(Directory.Exists("/usr/app"));
    }

    [TestMethod]
    [DataRow("/")]
    [DataRow("app")]
    [DataRow("/a/../b")]
    [DataRow("/proc")]
    [DataRow("/proc/app")]
    [DataRow("/dev/app")]
    [DataRow("/sys")]
    [DataRow("/layers")]
    [DataRow("/layers/app")]
    [DataRow("/platform")]
    [DataRow("/cnb")]
    [DataRow("/cnb/app")]
    [DataRow("/usr")]
    [DataRow("/bin")]
    [DataRow("/bin/app")]
    [DataRow("/etc")]
    [DataRow("/etc/passwd")]
    [DataRow("/home")]
    [DataRow("/home/cnb")]
    [DataRow("/tmp")]
    public async Task An_app_path_that_has_something_else_is_refused(string path)
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { ImageAppDirectory = path };

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => sandbox.OpenAsync(TestContext.CancellationToken));

        Assert.AreEqual("BPT2152", error.Code);
        StringAssert.Contains(error.Message, $"'{path}'", StringComparison.Ordinal);
        Assert.AreEqual(0, Directory.GetFileSystemEntries(sandbox.Scratch).Length);
    }

    [TestMethod]
    public async Task Files_are_exchanged_in_both_directions()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Write("build", "cat \"$1/plan\"; echo answer >\"$1/answer\"");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        ProgramExchange exchange = runner.CreateExchange();
        File.WriteAllText(Path.Combine(exchange.Directory, "plan"), "question\n");
        var lines = new List<string>();
        await runner.RunAsync(sandbox.Start("build", runner, exchange.Path) with { Exchange = exchange }, lines.Add, TestContext.CancellationToken);

        Assert.AreEqual("question", string.Join('\n', lines));
        Assert.AreEqual("answer\n", File.ReadAllText(Path.Combine(exchange.Directory, "answer")));
    }

    [TestMethod]
    public async Task Files_are_made_with_the_usual_mode_whatever_the_mask_of_the_build()
    {
        using var sandbox = new ProgramSandbox();

        await sandbox.OutputAsync("touch /layers/test_one/file; mkdir /layers/test_one/directory", TestContext.CancellationToken);

        Assert.AreEqual(LayerEntry.FileMode, File.GetUnixFileMode(Path.Combine(sandbox.Layers, "test_one", "file")));
        Assert.AreEqual(LayerEntry.ExecutableMode, File.GetUnixFileMode(Path.Combine(sandbox.Layers, "test_one", "directory")));
    }

    [TestMethod]
    public async Task Programs_run_beside_each_other()
    {
        using var sandbox = new ProgramSandbox();
        sandbox.Settings = sandbox.Settings with { Phase = ProgramPhase.Detection };
        // Each waits for the file of the other.
        sandbox.Write("detect", "touch /cnb/exchange/$1; n=0; while [ ! -e /cnb/exchange/$2 ] && [ $n -lt 200 ]; do n=$((n+1)); sleep 0.05; done; [ -e /cnb/exchange/$2 ]");

        await using ProgramRunner runner = await sandbox.OpenAsync(TestContext.CancellationToken);
        ProgramExchange shared = runner.CreateExchange();
        int[] codes = await Task.WhenAll(
            runner.RunAsync(sandbox.Start("detect", runner, "a", "b") with { Exchange = shared }, static _ => { }, TestContext.CancellationToken),
            runner.RunAsync(sandbox.Start("detect", runner, "b", "a") with { Exchange = shared }, static _ => { }, TestContext.CancellationToken));

        Assert.AreEqual((0, 0), (codes[0], codes[1]));
    }
}

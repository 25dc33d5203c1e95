using System.Net.Sockets;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "It has no such files.")]
public sealed class AppDirectoryTests
{
    [TestMethod]
    public async Task Links_that_stay_in_the_app_are_links_in_the_image()
    {
        using var scenario = Empty();
        scenario.Write("app/lib/real.so", "x");
        File.CreateSymbolicLink(scenario.Below("app/link.so"), "lib/real.so");
        File.CreateSymbolicLink(scenario.Below("app/lib/up.so"), "../link.so");
        File.CreateSymbolicLink(scenario.Below("app/lib/absolute.so"), scenario.Below("app/link.so"));
        Directory.CreateSymbolicLink(scenario.Below("app/lib64"), "lib");
        File.CreateSymbolicLink(scenario.Below("app/dangling"), "later");
        Directory.CreateSymbolicLink(scenario.Below("app/lib/loop"), "..");

        Assert.AreEqual("""
            755 0:0 app/
            777 0:0 app/dangling -> later
            755 0:0 app/lib/
            777 0:0 app/lib/absolute.so -> ../link.so
            777 0:0 app/lib/loop -> ..
            644 0:0 app/lib/real.so = x
            777 0:0 app/lib/up.so -> ../link.so
            777 0:0 app/lib64 -> lib
            777 0:0 app/link.so -> lib/real.so

            """, await ListAsync(scenario));
    }

    [TestMethod]
    [DataRow("../secret")]
    [DataRow("lib/../../secret")]
    [DataRow("/etc/passwd")]
    [DataRow("../app-of-another-name/x")]
    public async Task A_link_that_leads_out_of_the_app_is_refused(string target)
    {
        using var scenario = Empty();
        scenario.Write("app/a", "x");
        File.CreateSymbolicLink(scenario.Below("app/link"), target);

        await AssertRefusedAsync(scenario, $"BPT2031: The symbolic link '{scenario.Below("app/link")}' leads out of the app, to '{target}'. Publish a copy of what it points to, or remove it.");
    }

    [TestMethod]
    public async Task A_pipe_is_refused_without_waiting_for_it()
    {
        using var scenario = Empty();
        scenario.Write("app/a", "x");
        (await Command.RunAsync("mkfifo", [scenario.Below("app/pipe")])).EnsureSuccess();

        await AssertRefusedAsync(scenario, $"BPT2032: '{scenario.Below("app/pipe")}' is a pipe, a socket or a device, which an image cannot hold. Remove it from the publish directory.");
    }

    [TestMethod]
    public async Task A_socket_is_refused()
    {
        using var scenario = Empty();
        scenario.Write("app/a", "x");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(scenario.Below("app/s")));

        await AssertRefusedAsync(scenario, $"BPT2032: '{scenario.Below("app/s")}' is a pipe, a socket or a device, which an image cannot hold. Remove it from the publish directory.");
    }

    [TestMethod]
    public async Task Empty_files_and_empty_directories_are_kept()
    {
        using var scenario = Empty();
        scenario.Write("app/empty", "");
        Directory.CreateDirectory(scenario.Below("app/data/uploads"));

        Assert.AreEqual("755 0:0 app/\n755 0:0 app/data/\n755 0:0 app/data/uploads/\n644 0:0 app/empty = \n", await ListAsync(scenario));
    }

    [TestMethod]
    public async Task Hidden_files_and_names_of_any_characters_are_kept()
    {
        using var scenario = Empty();
        scenario.Write("app/.well-known/a b*c\"d\\e é😀", "x");

        Assert.AreEqual("755 0:0 app/\n755 0:0 app/.well-known/\n644 0:0 app/.well-known/a b*c\"d\\e é😀 = x\n", await ListAsync(scenario));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_publish_directory_that_is_missing_or_empty_is_refused(bool missing)
    {
        using var scenario = Empty();
        if (missing) Directory.Delete(scenario.App);

        await AssertRefusedAsync(scenario, $"BPT2030: There is no app in '{scenario.App}': the directory is missing or has no files. Run the target Publish before ExportImage.");
    }

    private static Scenario Empty()
    {
        var scenario = new Scenario();
        Directory.Delete(scenario.App, recursive: true);
        Directory.CreateDirectory(scenario.App);
        return scenario;
    }

    private static async Task<string> ListAsync(Scenario scenario) =>
        await LayerReader.ListAsync((await scenario.PublishAsync(new ExportSettings(), new FakeBuildpack("a"))).Layers.Single().Layer);

    private static async Task AssertRefusedAsync(Scenario scenario, string message)
    {
        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), new FakeBuildpack("a")));
        Assert.AreEqual(message, $"{error.Code}: {error.Message}");
    }
}

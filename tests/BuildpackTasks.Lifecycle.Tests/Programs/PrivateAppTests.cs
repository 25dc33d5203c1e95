using System.Runtime.Versioning;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The copy of the app that programs of buildpacks change.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class PrivateAppTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private string App => directory.Combine("app");

    private ImageDirectory State => new(directory.Combine("state"));

    private string Copy => State.PrivateAppDirectory;

    public void Dispose()
    {
        foreach (string closed in Directory.EnumerateDirectories(directory.Path, "read-only", SearchOption.AllDirectories)) File.SetUnixFileMode(closed, Oci.LayerEntry.ExecutableMode);
        directory.Dispose();
    }

    [TestMethod]
    public async Task Modes_times_links_and_empty_directories_are_kept()
    {
        directory.Write("app/bin/program", "program");
        directory.Write("app/.hidden", "hidden");
        directory.Write("app/read-only/file", "file");
        directory.CreateDirectory("app/empty");
        File.CreateSymbolicLink(Path.Combine(App, "link"), "bin/program");
        File.CreateSymbolicLink(Path.Combine(App, "dangling"), "none");
        await RunAsync("chmod", "751", Path.Combine(App, "bin/program"));
        await RunAsync("chmod", "555", Path.Combine(App, "read-only"));
        await RunAsync("touch", "-h", "-d", "2001-02-03T04:05:06.789Z", Path.Combine(App, ".hidden"), Path.Combine(App, "bin"), Path.Combine(App, "empty"), Path.Combine(App, "read-only"), App);

        PrivateApp.Make(State, App, AppFilter.All, TestContext.CancellationToken);

        Assert.AreEqual(await ListAsync(App), await ListAsync(Copy));
        Assert.IsFalse(Path.Exists(Copy + ".new"));
    }

    [TestMethod]
    public void The_app_stays_as_it_is_and_every_build_starts_from_it()
    {
        directory.Write("app/file", "published");
        PrivateApp.Make(State, App, AppFilter.All, TestContext.CancellationToken);
        File.WriteAllText(Path.Combine(Copy, "file"), "changed");
        Directory.CreateDirectory(Path.Combine(Copy, "closed", "inner"));
        File.SetUnixFileMode(Path.Combine(Copy, "closed"), UnixFileMode.None);
        Directory.CreateDirectory(Copy + ".new");

        PrivateApp.Make(State, App, AppFilter.All, TestContext.CancellationToken);

        Assert.AreEqual("published", File.ReadAllText(Path.Combine(App, "file")));
        Assert.AreEqual("file", string.Join(' ', Directory.EnumerateFileSystemEntries(Copy).Select(Path.GetFileName)));
        Assert.AreEqual("published", File.ReadAllText(Path.Combine(Copy, "file")));
    }

    [TestMethod]
    public void State_in_the_publish_directory_is_no_part_of_the_app()
    {
        directory.Write("app/file", "published");
        var state = new ImageDirectory(Path.Combine(App, "obj", "image"));

        PrivateApp.Make(state, App, AppFilter.All, TestContext.CancellationToken);
        string copy = PrivateApp.Make(state, App, AppFilter.All, TestContext.CancellationToken);

        Assert.AreEqual("file obj", string.Join(' ', Directory.EnumerateFileSystemEntries(copy).Select(Path.GetFileName).Order()));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(Path.Combine(copy, "obj")).Length);
    }

    [TestMethod]
    public async Task A_pipe_in_the_app_is_an_error_and_nothing_is_copied()
    {
        directory.Write("app/file", "published");
        await RunAsync("mkfifo", Path.Combine(App, "pipe"));

        LifecycleException error = Assert.ThrowsExactly<LifecycleException>(() => PrivateApp.Make(State, App, AppFilter.All, TestContext.CancellationToken));

        Assert.AreEqual("BPT2032", error.Code);
        Assert.AreEqual(0, Directory.GetFileSystemEntries(directory.Combine("state")).Length);
    }

    [TestMethod]
    public void A_missing_app_is_an_error()
    {
        LifecycleException error = Assert.ThrowsExactly<LifecycleException>(() => PrivateApp.Make(State, App, AppFilter.All, TestContext.CancellationToken));

        Assert.AreEqual("BPT2005", error.Code);
        StringAssert.StartsWith(error.Message, $"'{Copy}' cannot be written: ", StringComparison.Ordinal);
        Assert.AreEqual(App, PrivateApp.Find(State, App));
    }

    [TestMethod]
    public void What_the_project_leaves_out_is_not_copied_and_directories_of_nothing_else_neither()
    {
        directory.Write("app/a/kept.txt", "");
        directory.Write("app/a/left.log", "");
        directory.Write("app/b/left.log", "");
        directory.CreateDirectory("app/empty");

        PrivateApp.Make(State, App, AppFilter.Excluding(["*.log", "b/"]), TestContext.CancellationToken);

        Assert.AreEqual("a a/kept.txt empty", string.Join(' ', Directory.EnumerateFileSystemEntries(Copy, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Copy, path)).Order(StringComparer.Ordinal)));
    }

    private static async Task<string> ListAsync(string path) =>
        (await Command.RunAsync("find", [".", "-not", "-type", "l", "-printf", "%p %y %m %T@\n", "-o", "-printf", "%p %y %l\n"], workingDirectory: path)).EnsureSuccess().Output is var lines
            ? string.Join('\n', lines.Split('\n').Order(StringComparer.Ordinal)) : "";

    private static async Task RunAsync(string file, params string[] arguments) => (await Command.RunAsync(file, arguments)).EnsureSuccess();
}

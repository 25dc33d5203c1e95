using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ImageLayersTests : IDisposable
{
    private static readonly RunImageFacts RunImage = new() { Platform = new Platform("linux", "amd64") };

    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task Items_of_one_name_are_one_layer_and_bytes_decide_what_is_a_program()
    {
        directory.Write("agent/bin/run", "#!/bin/sh\n");
        directory.Write("agent/lib/agent.so", "\u007fELF rest");
        directory.Write("agent/readme", "#");
        directory.CreateDirectory("agent/empty");
        File.CreateSymbolicLink(directory.Combine("agent/bin/start"), "run");
        await Command.RunAsync("chmod", ["755", directory.Combine("agent/readme")]);
        directory.Write("settings.json", "{}");

        string layers = await BuildAsync(
            new("agent", directory.Combine("agent"), "/opt/agent/"),
            new("other", directory.Combine("settings.json"), "/etc/renamed.json"),
            new("agent", directory.Combine("settings.json"), "/opt/agent/"));

        Assert.AreEqual(
            """
            agent
              755 opt/agent/bin/
              755 opt/agent/bin/run
              777 opt/agent/bin/start -> run
              755 opt/agent/empty/
              755 opt/agent/lib/
              755 opt/agent/lib/agent.so
              644 opt/agent/readme
              644 opt/agent/settings.json
            other
              644 etc/renamed.json
            """,
            layers);
    }

    [TestMethod]
    public async Task The_content_of_a_directory_can_be_put_at_the_root()
    {
        directory.Write("root/etc/agent.conf", "x");

        Assert.AreEqual("files\n  755 etc/\n  644 etc/agent.conf", await BuildAsync(new ImageLayerSource("files", directory.Combine("root"), "/")));
    }

    [TestMethod]
    public async Task Detection_passes_where_there_are_items()
    {
        var context = new DetectContext(directory.Path, RunImage, new Dictionary<string, string>());

        DetectResult with = await new ImageLayersBuildpack([new("agent", "/a", "/a"), new("agent", "/b", "/b")]).DetectAsync(context, TestContext.CancellationToken);
        DetectResult without = await new ImageLayersBuildpack([]).DetectAsync(context, TestContext.CancellationToken);

        Assert.AreEqual("Passed: ImageLayer asks for agent; Failed: there are no ImageLayer items", $"{with.Outcome}: {with.Reason}; {without.Outcome}: {without.Reason}");
    }

    [TestMethod]
    [DataRow("BPT2185", "The ImageLayer 'agent' has the Source 'DIR/missing', which is not there or is empty. Set it to a file, or to a directory with files.", "missing", "/opt")]
    [DataRow("BPT2185", null, "empty", "/opt")]
    [DataRow("BPT2186", "The ImageLayer 'agent' has the TargetPath 'opt', where nothing can be in an image. Set it to an absolute path without '.' and '..', such as /opt/agent.", "file", "opt")]
    [DataRow("BPT2186", null, "file", "")]
    [DataRow("BPT2186", null, "file", "/opt/../etc/passwd")]
    [DataRow("BPT2188", "'DIR/links/out' of the ImageLayer 'agent' is a link that leads out of it, to '../file'. Remove it, or put a copy of what it stands for in its place.", "links", "/opt")]
    [DataRow("BPT2188", "'DIR/pipes/pipe' of the ImageLayer 'agent' is a pipe, a socket or a device. Remove it, or put a copy of what it stands for in its place.", "pipes", "/opt")]
    public async Task What_cannot_be_a_layer_is_a_coded_error(string code, string? message, string source, string target)
    {
        directory.CreateDirectory("empty");
        directory.Write("file", "x");
        File.CreateSymbolicLink(Path.Combine(directory.CreateDirectory("links"), "out"), "../file");
        await Command.RunAsync("mkfifo", [Path.Combine(directory.CreateDirectory("pipes"), "pipe")]);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => BuildAsync(new ImageLayerSource("agent", directory.Combine(source), target)));

        Assert.AreEqual(code, error.Code, error.Message);
        if (message is not null) Assert.AreEqual(message.Replace("DIR", directory.Path, StringComparison.Ordinal), error.Message);
    }

    [TestMethod]
    public async Task The_same_file_from_two_sources_and_a_name_that_is_none_are_coded_errors()
    {
        directory.Write("one/a", "1");
        directory.Write("two/a", "2");

        var twice = await Assert.ThrowsExactlyAsync<LifecycleException>(() => BuildAsync(new("agent", directory.Combine("one"), "/opt"), new("agent", directory.Combine("two"), "/opt")));
        var name = await Assert.ThrowsExactlyAsync<LifecycleException>(() => BuildAsync(new ImageLayerSource("a/b", directory.Combine("one"), "/opt")));

        Assert.AreEqual("BPT2187: The ImageLayer 'agent' has '/opt/a' twice, from different sources. Leave out one of them, or give one another TargetPath.", $"{twice.Code}: {twice.Message}");
        Assert.AreEqual("BPT2001", name.Code);
    }

    private async Task<string> BuildAsync(params ImageLayerSource[] sources)
    {
        BuildResult result = await new ImageLayersBuildpack(sources).BuildAsync(
            new BuildContext(directory.Path, "/app", "/layers/buildpacktasks_layers", RunImage, new Dictionary<string, string>(), []), TestContext.CancellationToken);
        return string.Join('\n', result.Layers.Select(static layer => string.Join('\n', layer.Entries!.Select(static entry =>
            $"  {Convert.ToString((int)entry.Mode, 8)} {entry.Path}{(entry.Type == LayerEntryType.Directory ? "/" : "")}{(entry.LinkTarget is { } target ? $" -> {target}" : "")}").Prepend(layer.Name.ToString()))));
    }
}

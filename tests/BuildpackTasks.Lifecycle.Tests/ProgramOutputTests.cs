using System.Net.Sockets;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Buildpacks that are programs run on Linux.")]
public sealed class ProgramOutputTests
{
    private const string Advice = "Correct the buildpack, or use another version of it.";

    [TestMethod]
    public async Task A_layer_is_listed_by_rules_and_not_as_the_build_machine_keeps_it()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        layers.Add("a/bin/program", "#!/bin/sh");
        layers.Add("a/secret", "x");
        layers.Add("a/tmp", null);
        layers.Add("a/link", new System.Text.Json.Nodes.JsonObject { ["link"] = "/usr/bin/missing" });
        layers.Add("a/to-directory", new System.Text.Json.Nodes.JsonObject { ["link"] = "../.." });
        await RunAsync("sh", "-c", $"cd '{layers.At("a")}' && chmod 4710 bin/program && chmod 0600 secret && chmod 1777 tmp && chmod 0700 bin && ln secret other && touch -d 2001-01-01 secret");
        ProgramOutput output = layers.Output();

        BuildpackLayer layer = With(output, 1001, 1002).Read(CancellationToken.None).Layers.Single();

        Assert.AreEqual(
            """
            layers/acme_node/a Directory 755 1001:1002
            layers/acme_node/a/bin Directory 755 1001:1002
            layers/acme_node/a/bin/program File 755 1001:1002 9 bytes
            layers/acme_node/a/link SymbolicLink 777 1001:1002 -> /usr/bin/missing
            layers/acme_node/a/other File 644 1001:1002 1 bytes
            layers/acme_node/a/secret File 644 1001:1002 1 bytes
            layers/acme_node/a/tmp Directory 755 1001:1002
            layers/acme_node/a/to-directory SymbolicLink 777 1001:1002 -> ../..
            """,
            string.Join('\n', layer.Entries!.OrderBy(static entry => entry.Path, StringComparer.Ordinal).Select(static entry =>
                $"{entry.Path} {entry.Type} {Convert.ToString((int)entry.Mode, 8)} {entry.UserId}:{entry.GroupId}"
                + (entry.LinkTarget is { } target ? $" -> {target}" : "") + (entry.Content is { } content ? $" {content.Length} bytes" : ""))));
        Assert.IsTrue(layer.Entries!.All(static entry => entry.Time == LayerEntry.ConstantTime));
        Assert.HasCount(10, LayerContents.Create(layer.Entries!).Entries);
    }

    [TestMethod]
    public void D1_layers_prepend_in_ascending_order_as_the_reference_does()
    {
        using var layers = new LayersDirectory();
        foreach (string name in (string[])["b", "a", "c"])
        {
            layers.Add($"{name}.toml", "[types]\nlaunch = true\nbuild = true\n");
            layers.Add($"{name}/bin/x", "");
        }
        BuildResult result = layers.Output().Read(CancellationToken.None);

        Assert.AreEqual("/layers/acme_node/a/bin /layers/acme_node/b/bin /layers/acme_node/c/bin", string.Join(' ', result.LaunchEnvironment.Select(static change => change.Value)));
        Assert.AreEqual("/layers/acme_node/c/bin:/layers/acme_node/b/bin:/layers/acme_node/a/bin:/bin", Environment(result)["PATH"]);
    }

    [TestMethod]
    public void Build_layers_are_in_the_order_of_their_descriptions_and_launch_layers_of_their_directories()
    {
        using var layers = new LayersDirectory();
        foreach (string name in (string[])["jdk", "jdk-tools"])
        {
            layers.Add($"{name}.toml", "[types]\nlaunch = true\nbuild = true\n");
            layers.Add($"{name}/bin/x", "");
        }

        BuildResult result = layers.Output().Read(CancellationToken.None);

        Assert.AreEqual("/layers/acme_node/jdk-tools/bin /layers/acme_node/jdk/bin", string.Join(' ', result.BuildEnvironment.Select(static change => change.Value)));
        Assert.AreEqual("/layers/acme_node/jdk/bin /layers/acme_node/jdk-tools/bin", string.Join(' ', result.LaunchEnvironment.Select(static change => change.Value)));
        Assert.AreEqual("jdk jdk-tools", string.Join(' ', result.Layers.Select(static layer => layer.Name)));
    }

    [TestMethod]
    public void A_delimiter_holds_for_its_directory_and_not_for_the_layer()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nbuild = true\n");
        layers.Add("a/env/A.append", "1");
        layers.Add("a/env/A.delim", "+");
        layers.Add("a/env.build/A.append", "2");

        BuildResult result = layers.Output().Read(CancellationToken.None);

        Assert.AreEqual("12", Environment(result)["A"]);
    }

    [TestMethod]
    public void A_socket_is_left_out_of_a_layer()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        layers.Add("a/empty", "");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(layers.At("a/socket")));

        BuildpackLayer layer = layers.Output().Read(CancellationToken.None).Layers.Single();

        Assert.AreEqual("layers/acme_node/a layers/acme_node/a/empty", string.Join(' ', layer.Entries!.Select(static entry => entry.Path).Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    [DataRow("a/pipe", "BPT2126", "is a pipe or a device, which a layer cannot hold")]
    [DataRow("b/env/A", "BPT2125", "is not a file")]
    [DataRow("launch.toml", "BPT2125", "is not a file")]
    [DataRow("a.toml", "BPT2125", "is not a file")]
    [DataRow("launch.sbom.cdx.json", "BPT2125", "is not a file")]
    public async Task A_pipe_is_refused_and_not_waited_for(string path, string code, string problem)
    {
        using var layers = new LayersDirectory();
        if (path != "a.toml") layers.Add("a.toml", "[types]\nlaunch = true\n");
        layers.Add("a", null);
        layers.Add("b.toml", "[types]\nbuild = true\n");
        layers.Add("b/env", null);
        await RunAsync("mkfifo", layers.At(path));

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output(formats: ["application/vnd.cyclonedx+json"]).Read(CancellationToken.None));

        Assert.AreEqual($"{code}: '{layers.At(path)}', written by the buildpack acme/node@1.0.0, {problem}. {Advice}", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void More_entries_than_may_be_are_refused_over_all_layers()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        layers.Add("b.toml", "[types]\ncache = true\n");
        for (int index = 0; index < 10; index++)
        {
            layers.Add($"a/{index}", null);
            layers.Add($"b/{index}", "");
        }
        Assert.HasCount(2, Limited(layers.Output(), 22).Read(CancellationToken.None).Layers);

        var error = Assert.ThrowsExactly<LifecycleException>(() => Limited(layers.Output(), 21).Read(CancellationToken.None));

        Assert.AreEqual($"BPT2122: '{layers.At("b")}', written by the buildpack acme/node@1.0.0, has more than 21 entries. {Advice}", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void Directories_that_are_nested_as_deep_as_a_path_can_name_them_are_listed()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        string path = "a" + string.Concat(Enumerable.Repeat("/d", (4000 - layers.Path.Length) / 2));
        layers.Add(path, null);

        BuildpackLayer layer = layers.Output().Read(CancellationToken.None).Layers.Single();

        Assert.AreEqual($"layers/acme_node/{path}", layer.Entries!.MaxBy(static entry => entry.Path.Length)!.Path);
    }

    [TestMethod]
    public async Task What_is_deeper_than_a_path_can_name_is_an_error_that_says_where()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        await RunAsync("mkdir", "-p", layers.At("a") + string.Concat(Enumerable.Repeat("/" + new string('d', 200), 25)));

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output().Read(CancellationToken.None));

        // What .NET cannot name, it cannot delete.
        await RunAsync("rm", "-r", layers.At("a"));
        Assert.AreEqual("BPT2121", error.Code);
        StringAssert.StartsWith(error.Message, $"'{layers.At("a")}/ddd", StringComparison.Ordinal);
        StringAssert.EndsWith(error.Message, Advice, StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_directory_of_no_type_that_cannot_be_set_aside_is_an_error()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\n");
        layers.Add("a/file", "");
        layers.Add("a.ignore", "");

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output().Read(CancellationToken.None));

        Assert.AreEqual("BPT2131", error.Code);
        StringAssert.StartsWith(error.Message, $"'{layers.At("a")}', written by the buildpack acme/node@1.0.0, is of no type and cannot be set aside: ", StringComparison.Ordinal);
        Assert.IsTrue(File.Exists(layers.At("a/file")));
    }

    [TestMethod]
    public async Task A_name_that_is_not_UTF_8_is_refused()
    {
        using var layers = new LayersDirectory();
        layers.Add("a.toml", "[types]\nlaunch = true\n");
        layers.Add("a/\uFFFD is a character", "");
        Assert.HasCount(2, layers.Output().Read(CancellationToken.None).Layers.Single().Entries!);
        await RunAsync("sh", "-c", $"touch '{layers.At("a")}'/$(printf '\\377')");

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output().Read(CancellationToken.None));

        // What .NET cannot name, it cannot delete.
        await RunAsync("rm", "-r", layers.At("a"));
        Assert.AreEqual($"BPT2123: '{layers.At("a")}', written by the buildpack acme/node@1.0.0, has an entry whose name is not UTF-8, as the names in an image are. {Advice}", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void A_description_that_is_too_large_is_refused_without_being_read_whole()
    {
        using var layers = new LayersDirectory();
        using (FileStream file = File.Create(layers.At("launch.toml"))) file.SetLength(1L << 40);

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output().Read(CancellationToken.None));

        Assert.AreEqual($"BPT2122: '{layers.At("launch.toml")}', written by the buildpack acme/node@1.0.0, is larger than 4096 KiB, which nothing of its kind is. {Advice}", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void A_name_with_a_line_end_does_not_break_the_line_of_the_message()
    {
        using var layers = new LayersDirectory();
        layers.Add("a\n: error BPT0000.toml", "launch = 1");

        var error = Assert.ThrowsExactly<LifecycleException>(() => layers.Output().Read(CancellationToken.None));

        Assert.AreEqual($"'{layers.At("a?: error BPT0000.toml")}', written by the buildpack acme/node@1.0.0, is malformed: line 1, column 1: 'launch' stands at the top; what a layer is for stands in [types]. {Advice}", error.Message);
    }

    [TestMethod]
    public void A_directory_that_is_not_there_is_nothing()
    {
        using var layers = new LayersDirectory();
        Directory.Delete(layers.Path);

        BuildResult result = layers.Output().Read(CancellationToken.None);

        Assert.HasCount(0, result.Layers);
        Assert.IsNull(result.Store);
    }

    private static async Task RunAsync(string program, params string[] arguments) => (await Command.RunAsync(program, arguments)).EnsureSuccess();

    private static ProgramOutput With(ProgramOutput output, int user, int group) => output with { UserId = user, GroupId = group };

    private static ProgramOutput Limited(ProgramOutput output, int entries) => output with { MaxEntries = entries };

    private static IReadOnlyDictionary<string, string> Environment(BuildResult result) => new ProgramEnvironment
    {
        Inherited = new Dictionary<string, string> { ["PATH"] = "/bin" },
        Home = "/",
        RunImage = new RunImageFacts { Platform = new Platform("linux", "amd64") },
        Api = BuildpackApi.Supported[0],
        BuildpackDirectory = "/cnb",
        BuildEnvironment = [.. result.BuildEnvironment.Where(static change => change.Name is "PATH" or "A")],
    }.ForBuild("/layers", "/plan");
}

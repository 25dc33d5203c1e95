using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class BuildingTests
{
    [TestMethod]
    public async Task What_buildpacks_contribute_is_joined_in_the_groups_order()
    {
        using var scenario = new Scenario();
        FakeBuildpack first = Contributing("first", new BuildResult
        {
            Processes = [Process("web", "first", isDefault: true), Process("job", "first")],
            Labels = new Dictionary<string, string> { ["a"] = "first", ["b"] = "first" },
            Slices = [new("one", ["1"])],
            Environment = [new("A", "first", EnvironmentAction.Append, ":")],
            Ports = ["9090/tcp"],
            Executables = new HashSet<string> { "x" },
        });
        FakeBuildpack second = Contributing("second", new BuildResult
        {
            Processes = [Process("job", "second")],
            Labels = new Dictionary<string, string> { ["b"] = "second" },
            Slices = [new("two", ["2", "[3]"], FileTimes.FromContent)],
            Environment = [new("A", "second", EnvironmentAction.Override)],
            Ports = ["53/udp", "9090/tcp"],
            Executables = new HashSet<string> { "b", "a" },
        });

        await scenario.DetectAndBuildAsync(first, second);

        Assert.AreEqual("""
            buildpack-default-process-type = "web"

            [[buildpacks]]
            id = "first"
            version = "1.0.0"
            api = "0.12"

            [[buildpacks]]
            id = "second"
            version = "1.0.0"
            api = "0.12"

            [[processes]]
            type = "job"
            command = ["second"]
            args = []
            direct = true
            buildpack-id = "second"

            [[processes]]
            type = "web"
            command = ["first"]
            args = []
            direct = true
            buildpack-id = "first"

            [[labels]]
            key = "a"
            value = "first"

            [[labels]]
            key = "b"
            value = "second"

            [[slices]]
            paths = ["1"]

            [[slices]]
            paths = ["2", "[3]"]

            [buildpacktasks]
            app-directory = "/app"
            ports = ["53/udp", "9090/tcp"]
            executables = ["a", "b", "x"]

            [[buildpacktasks.environment]]
            name = "A"
            value = "first"
            action = "Append"
            delimiter = ":"

            [[buildpacktasks.environment]]
            name = "A"
            value = "second"
            action = "Override"
            delimiter = ""

            [[buildpacktasks.slices]]
            name = "one"
            times = "Constant"

            [[buildpacktasks.slices]]
            name = "two"
            times = "FromContent"

            """, await File.ReadAllTextAsync(scenario.Image.MetadataFile));
    }

    [TestMethod]
    [DataRow(true, true, "second")]
    [DataRow(true, false, "first")]
    [DataRow(false, true, "second")]
    [DataRow(false, false, null)]
    public async Task The_last_default_process_is_the_default(bool first, bool second, string? expected)
    {
        using var scenario = new Scenario();

        MetadataFile metadata = await scenario.DetectAndBuildAsync(
            Contributing("a", new BuildResult { Processes = [Process("first", "x", first)] }),
            Contributing("b", new BuildResult { Processes = [Process("second", "x", second)] }));

        Assert.AreEqual(expected, metadata.DefaultProcess?.ToString());
    }

    [TestMethod]
    public async Task A_process_that_takes_the_place_of_the_default_without_being_one_leaves_none()
    {
        using var scenario = new Scenario();

        MetadataFile metadata = await scenario.DetectAndBuildAsync(
            Contributing("a", new BuildResult { Processes = [Process("web", "x", isDefault: true)] }),
            Contributing("b", new BuildResult { Processes = [Process("web", "y")] }));

        Assert.IsNull(metadata.DefaultProcess);
    }

    [TestMethod]
    public async Task A_later_provider_hears_only_of_what_earlier_ones_left_unmet()
    {
        using var scenario = new Scenario();
        var heard = new List<string>();
        FakeBuildpack Provider(string id, params string[] unmet) => new(id)
        {
            Detect = static _ => DetectResult.Pass("always", new BuildPlanOption(["x", "y"], [])),
            Build = context =>
            {
                heard.Add($"{id}: {string.Join(' ', context.Plan.Select(static require => require.Name + require.Metadata["v"]))}");
                return new BuildResult { Unmet = unmet };
            },
        };
        static BuildPlanRequire Require(string name, long v) => new(name, new Dictionary<string, object> { ["v"] = v });
        var requirer = new FakeBuildpack("requirer") { Detect = _ => DetectResult.Pass("always", new BuildPlanOption([], [Require("x", 1), Require("x", 2), Require("y", 3)])) };

        await scenario.DetectAndBuildAsync(Provider("a", "x"), Provider("b"), Provider("c"), requirer);

        Assert.AreEqual("a: x1 x2 y3, b: x1 x2, c: ", string.Join(", ", heard));
    }

    [TestMethod]
    public async Task A_layer_keeps_its_entries_whatever_their_bytes_come_from()
    {
        using var scenario = new Scenario();
        byte[] large = [.. Enumerable.Range(0, 200_000).Select(static number => (byte)(number * 31))];
        LayerEntry[] entries =
        [
            LayerEntry.ForFile("a/file", FileContent.FromFile(scenario.Write("source", "on disk")), LayerEntry.ExecutableMode) with { UserId = 7, GroupId = 8 },
            LayerEntry.ForFile("a/part", new PartContent(scenario.Write("archive", new string('-', 100) + "part" + new string('-', 100_000)), 100, 4)),
            LayerEntry.ForFile("a/inline", FileContent.FromBytes([0, 255, 10])),
            LayerEntry.ForFile("a/large", FileContent.FromBytes(large)) with { Time = new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero) },
            LayerEntry.ForFile("a/empty", FileContent.FromBytes([])),
            LayerEntry.ForSymbolicLink("a/link \"é\"", "../b"),
            LayerEntry.ForDirectory("c", (UnixFileMode)Convert.ToInt32("1777", 8)),
        ];
        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), Contributing("a", new BuildResult { Layers = [new BuildpackLayer { Name = LayerName.Parse("l"), Entries = entries }] }));

        KnownLayer again = await scenario.Cache.GetOrCreateAsync(LayerContents.Create(entries), LayerCompression.Smallest, CancellationToken.None);
        Assert.AreEqual((false, again.Fingerprint), (again.Created, exported.Layers[0].Layer.Fingerprint));
        StringAssert.Contains(await LayerReader.ListAsync(exported.Layers[0].Layer), "644 0:0 a/part = part\n", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Layers_that_are_not_for_launch_and_layers_without_entries_are_not_in_the_image()
    {
        using var scenario = new Scenario();
        LayerEntry[] entries = [LayerEntry.ForFile("x", FileContent.FromBytes([1]))];

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), Contributing("a", new BuildResult
        {
            Layers =
            [
                new BuildpackLayer { Name = LayerName.Parse("build-only"), Launch = false, Build = true, Entries = entries },
                new BuildpackLayer { Name = LayerName.Parse("empty"), Entries = [] },
                new BuildpackLayer { Name = LayerName.Parse("z"), Entries = entries },
                new BuildpackLayer { Name = LayerName.Parse("b"), Entries = [LayerEntry.ForFile("y", FileContent.FromBytes([1]))] },
            ],
        }));

        Assert.AreEqual("b z app", string.Join(' ', exported.Layers.Select(static layer => layer.Name)));
    }

    [TestMethod]
    public async Task A_second_build_leaves_no_layer_of_the_first()
    {
        using var scenario = new Scenario();
        BuildpackLayer layer = new() { Name = LayerName.Parse("l"), Entries = [LayerEntry.ForFile("x", FileContent.FromBytes([1]))] };
        await scenario.DetectAndBuildAsync(Contributing("a", new BuildResult { Layers = [layer] }));

        await new Builder(scenario.Image).BuildAsync([Contributing("a", new BuildResult())], new BuildSettings(scenario.App, "/app", new Dictionary<string, string>()), CancellationToken.None);
        ExportedImage exported = await new Exporter(scenario.Image, scenario.Cache).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings(), CancellationToken.None);

        Assert.AreEqual("app", string.Join(' ', exported.Layers.Select(static layer => layer.Name)));
    }

    [TestMethod]
    public async Task A_contribution_that_the_specification_forbids_is_an_error_that_names_the_buildpack()
    {
        BuildpackLayer layer = new() { Name = LayerName.Parse("l"), Entries = [] };
        (string What, BuildResult Result)[] cases =
        [
            ("says nothing of what the layer 'l' holds", new BuildResult { Layers = [new BuildpackLayer { Name = LayerName.Parse("l") }] }),
            ("contributes the layer 'l' twice", new BuildResult { Layers = [layer, layer] }),
            ("contributes the process 'web' twice", new BuildResult { Processes = [Process("web", "x"), Process("web", "y")] }),
            ("has a second default process, 'b'", new BuildResult { Processes = [Process("a", "x", true), Process("b", "x", true)] }),
            ("contributes the process 'web' without a command", new BuildResult { Processes = [new Process(ProcessType.Parse("web"), [], [])] }),
            ("sets the variable '', which cannot be one", new BuildResult { Environment = [new("", "x", EnvironmentAction.Override)] }),
            ("exposes '8080', which is not a port such as 8080/tcp", new BuildResult { Ports = ["8080"] }),
            ("leaves 'x' unmet, which its plan does not have", new BuildResult { Unmet = ["x"] }),
        ];
        foreach ((string what, BuildResult result) in cases)
        {
            using var scenario = new Scenario();

            var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.DetectAndBuildAsync(Contributing("acme/bad", result)));

            Assert.AreEqual($"BPT2021: The buildpack acme/bad@1.0.0 {what}. Use another version of it.", $"{error.Code}: {error.Message}");
        }
    }

    [TestMethod]
    public async Task Layers_and_processes_whose_names_differ_in_case_are_different_ones()
    {
        using var scenario = new Scenario();

        MetadataFile metadata = await scenario.DetectAndBuildAsync(Contributing("a", new BuildResult
        {
            Layers = [Layer("l"), Layer("L")],
            Processes = [Process("web", "x"), Process("Web", "y")],
        }));
        ExportedImage exported = await new Exporter(scenario.Image, scenario.Cache).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings { DefaultProcess = ProcessType.Parse("web") }, CancellationToken.None);

        Assert.AreEqual("Web web", string.Join(' ', metadata.Processes.Select(static process => process.Process.Type)));
        Assert.AreEqual("L l app", string.Join(' ', exported.Layers.Select(static layer => layer.Name)));
    }

    [TestMethod]
    public async Task A_buildpack_of_the_group_that_is_not_given_is_an_error()
    {
        using var scenario = new Scenario();
        await scenario.DetectAndBuildAsync(new FakeBuildpack("a"));

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new Builder(scenario.Image).BuildAsync(
            [new FakeBuildpack("a", "2.0.0")], new BuildSettings(scenario.App, "/app", new Dictionary<string, string>()), CancellationToken.None));

        Assert.AreEqual($"BPT2020: '{scenario.Image.GroupFile}' names the buildpack a@1.0.0, which is not among those given. Run DetectBuildpacks again with the same @(Buildpack) items.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task What_a_later_buildpack_needs_is_made_ready_while_earlier_ones_build_and_given_up_where_one_fails()
    {
        using var scenario = new Scenario();
        await scenario.DetectAndBuildAsync(new FakeBuildpack("a"), new FakeBuildpack("b"));
        Task? preparing = null;
        var first = new FakeBuildpack("a") { Build = _ => throw new FileNotFoundException(preparing is { IsCompleted: false } ? "It was being prepared." : "It was not.") };
        var second = new FakeBuildpack("b") { Prepare = stop => preparing = Task.Delay(Timeout.InfiniteTimeSpan, stop) };

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new Builder(scenario.Image).BuildAsync(
            [first, second], new BuildSettings(scenario.App, "/app", new Dictionary<string, string>()), CancellationToken.None));

        Assert.AreEqual("BPT2023: The buildpack a@1.0.0 could not build: It was being prepared.", $"{error.Code}: {error.Message}");
        Assert.IsTrue(preparing!.IsCanceled);
    }

    [TestMethod]
    public async Task A_file_that_a_buildpack_cannot_read_is_an_error_that_names_the_buildpack()
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("a") { Build = static _ => throw new FileNotFoundException("Could not find it.") };

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.DetectAndBuildAsync(buildpack));

        Assert.AreEqual("BPT2023: The buildpack a@1.0.0 could not build: Could not find it.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("app")]
    [DataRow("/")]
    [DataRow("")]
    [DataRow("/a/../b")]
    [DataRow("/a//b")]
    public async Task An_app_directory_that_is_none_in_an_image_is_an_error(string path)
    {
        using var scenario = new Scenario();

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new Builder(scenario.Image).BuildAsync([], new BuildSettings(scenario.App, path, new Dictionary<string, string>()), CancellationToken.None));

        Assert.AreEqual($"BPT2022: '{path}' cannot be the app's directory in the image. Set ContainerWorkingDirectory to an absolute path below the root, such as /app.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_buildpack_learns_of_the_app_the_run_image_and_its_plan()
    {
        using var scenario = new Scenario();
        BuildContext? context = null;

        await scenario.DetectAndBuildAsync(new FakeBuildpack("acme/b") { Build = given => { context = given; return new BuildResult(); } });

        Assert.AreEqual((scenario.App, "/app", "/layers/acme_b"), (context!.AppDirectory, context.ImageAppDirectory, context.ImageLayersDirectory));
        Assert.AreEqual(("acme", "13", "1654", "/usr/bin"), (context.RunImage.DistributionName, context.RunImage.DistributionVersion, context.RunImage.User, context.RunImage.Environment["PATH"]));
    }

    private static FakeBuildpack Contributing(string id, BuildResult result) => new(id) { Build = _ => result };

    private static BuildpackLayer Layer(string name) => new() { Name = LayerName.Parse(name), Entries = [LayerEntry.ForFile(name, FileContent.FromBytes([1]))] };

    private static Process Process(string type, string command, bool isDefault = false) => new(ProcessType.Parse(type), [command], [], isDefault);

    private sealed class PartContent(string path, long offset, long length) : FileContent
    {
        public override long Length => length;

        public override (string Path, long Offset)? PartOf => (path, offset);

        public override Stream OpenRead() => new MemoryStream(File.ReadAllBytes(path), (int)offset, (int)length);
    }
}

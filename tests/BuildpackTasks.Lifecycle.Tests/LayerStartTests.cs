using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class LayerStartTests
{
    private static readonly LayerName Name = LayerName.Parse("agent");

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Buildpacks that are programs run on Linux.")]
    public void A_layer_that_is_kept_does_what_the_previous_image_says_of_it()
    {
        using var layers = new LayersDirectory();
        layers.Add("agent.toml", "[types]\nlaunch = true\n");
        layers.Add("other.toml", "[types]\nlaunch = true\n");
        layers.Add("other/bin/x", "");
        layers.Add("other/env/A.append", "other");

        BuildResult result = layers.Output(starts: new Dictionary<LayerName, LayerStart> { [Name] = Start }).Read(CancellationToken.None);

        Assert.AreEqual(
            "PATH=/layers/acme_node/agent/bin LD_LIBRARY_PATH=/layers/acme_node/agent/lib PATH=/layers/acme_node/other/bin A=1 A=other",
            string.Join(' ', result.LaunchEnvironment.Select(static change => $"{change.Name}={change.Value}")));
        Assert.AreEqual("B=2", string.Join(' ', result.ProcessEnvironment[ProcessType.Parse("web")].Select(static change => $"{change.Name}={change.Value}")));
        Assert.AreEqual("the layer 'agent' has programs in exec.d/web", string.Join(", ", result.LauncherReasons));
        Assert.AreSame(Start, result.Layers[0].Start);
    }

    [TestMethod]
    public async Task What_a_layer_does_at_the_start_is_known_to_the_next_build_from_the_image_alone()
    {
        using var scenario = new Scenario();
        IReadOnlyDictionary<LayerName, LayerStart>? seen = null;
        FakeBuildpack first = Contributing(static _ => { });
        ExportedImage exported = await scenario.PublishAsync(new ExportSettings { LauncherMode = LauncherMode.Auto }, first);
        Directory.Delete(scenario.Image.Path, recursive: true);
        await new Analyzer(scenario.Image).AnalyzeAsync(await scenario.RunImageAsync(), new ResolvedImage("acme/app:1", "acme/app:1", exported.Image), CancellationToken.None);

        await scenario.DetectAndBuildAsync(Contributing(context => seen = context.PreviousStarts));

        LayerStart start = seen![Name];
        Assert.AreEqual("bin lib", string.Join(' ', start.Directories));
        Assert.AreEqual(string.Join(' ', Start.Variables), string.Join(' ', start.Variables));
        Assert.AreEqual(string.Join(' ', Start.Processes[ProcessType.Parse("web")]), string.Join(' ', start.Processes[ProcessType.Parse("web")]));
        Assert.HasCount(0, start.Programs);
        Assert.AreEqual("agent nothing", string.Join(' ', seen.Keys));
        Assert.HasCount(0, seen[LayerName.Parse("nothing")].Variables);
    }

    private static LayerStart Start { get; } = new()
    {
        Directories = ["bin", "lib"],
        Variables = [new("A", "1", EnvironmentAction.Default)],
        Processes = new Dictionary<ProcessType, IReadOnlyList<EnvironmentVariable>> { [ProcessType.Parse("web")] = [new("B", "2", EnvironmentAction.Prepend, "+")] },
        Programs = ["exec.d/web"],
    };

    private static FakeBuildpack Contributing(Action<BuildContext> look) => new("acme/agent")
    {
        Build = context =>
        {
            look(context);
            return new BuildResult
            {
                Layers =
                [
                    Layer("agent", Start with { Programs = [] }),
                    Layer("nothing", LayerStart.Nothing),
                    Layer("unknown", null),
                ],
            };
        },
    };

    private static BuildpackLayer Layer(string name, LayerStart? start) => new()
    {
        Name = LayerName.Parse(name),
        Entries = [LayerEntry.ForFile($"layers/acme_agent/{name}/file", FileContent.FromBytes([1]))],
        Start = start,
    };
}

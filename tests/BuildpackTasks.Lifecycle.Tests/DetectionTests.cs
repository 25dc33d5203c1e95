using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class DetectionTests
{
    private static readonly DetectContext Context = new("/app", new RunImageFacts { Platform = new Platform("linux", "amd64") }, new Dictionary<string, string>());

    private static IEnumerable<object[]> Cases => DetectionCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task An_order_gives_the_group_and_the_plan_of_the_specification_or_says_why_not(DetectionCase item)
    {
        using var directory = new TemporaryDirectory();
        var detector = new Detector(Image(directory));

        JsonObject actual;
        try
        {
            Detection detection = await detector.DetectAsync(item.Order(), Context with { ExecutionEnvironment = item.ExecutionEnvironment }, CancellationToken.None);
            actual = Describe(detection, item);
        }
        catch (LifecycleException e)
        {
            actual = new JsonObject { ["error"] = $"{e.Code}: {e.Message}" };
        }

        JsonObject expected = item.Json.DeepClone().AsObject();
        expected.Remove("name");
        expected.Remove("groups");
        expected.Remove("environment");
        Assert.AreEqual(expected.ToJsonString(), actual.ToJsonString());
    }

    [TestMethod]
    public async Task A_detection_that_is_stopped_or_broken_is_over_only_when_all_its_buildpacks_are()
    {
        using var directory = new TemporaryDirectory();
        var slow = new SlowBuildpack("acme/slow");
        var broken = new FakeBuildpack("acme/broken") { Detect = static _ => throw new OperationCanceledException() };

        await Assert.ThrowsAsync<OperationCanceledException>(() => new Detector(Image(directory)).DetectAsync([new OrderGroup([new(broken), new(slow)])], Context, CancellationToken.None));

        Assert.IsTrue(slow.HasEnded);
    }

    [TestMethod]
    public async Task What_was_detected_is_kept_in_the_files_of_the_specification()
    {
        using var directory = new TemporaryDirectory();
        var provider = new FakeBuildpack("acme/provider", "2.1.0") { Detect = static _ => DetectResult.Pass("found", new BuildPlanOption(["dotnet"], [])) };
        var requirer = new FakeBuildpack("acme/app")
        {
            Detect = static _ => DetectResult.Pass("found", new BuildPlanOption([], [new BuildPlanRequire("dotnet", new Dictionary<string, object>
            {
                ["version"] = "10.0.*",
                ["launch"] = true,
                ["count"] = 3,
                ["frameworks"] = new List<string> { "b", "a" },
            })])),
        };

        await new Detector(Image(directory)).DetectAsync([new OrderGroup([new(provider), new(requirer)])], Context, CancellationToken.None);

        Assert.AreEqual("""
            [[group]]
            id = "acme/provider"
            version = "2.1.0"
            api = "0.12"

            [[group]]
            id = "acme/app"
            version = "1.0.0"
            api = "0.12"

            """, await File.ReadAllTextAsync(Image(directory).GroupFile));
        Assert.AreEqual("""
            [[entries]]

            [[entries.providers]]
            id = "acme/provider"
            version = "2.1.0"

            [[entries.requires]]
            name = "dotnet"

            [entries.requires.metadata]
            count = 3
            frameworks = ["b", "a"]
            launch = true
            version = "10.0.*"

            """, await File.ReadAllTextAsync(Image(directory).PlanFile));
    }

    [TestMethod]
    public async Task A_buildpack_that_is_in_several_groups_is_asked_once()
    {
        using var directory = new TemporaryDirectory();
        var shared = new FakeBuildpack("shared");
        var missing = new FakeBuildpack("missing") { Detect = static _ => DetectResult.Fail("not there") };

        await new Detector(Image(directory)).DetectAsync([new OrderGroup([new(shared), new(missing)]), new OrderGroup([new(shared)])], Context, CancellationToken.None);

        Assert.AreEqual(1, shared.Detections);
    }

    [TestMethod]
    public async Task The_buildpacks_of_a_group_are_asked_at_the_same_time()
    {
        using var directory = new TemporaryDirectory();
        using var both = new Barrier(2);
        FakeBuildpack Waiting(string id) => new(id) { Detect = _ => both.SignalAndWait(TimeSpan.FromSeconds(30)) ? DetectResult.Pass("met the other") : DetectResult.Fail("was alone") };

        Detection detection = await new Detector(Image(directory)).DetectAsync([new OrderGroup([new(Waiting("a")), new(Waiting("b"))])], Context, CancellationToken.None);

        Assert.HasCount(2, detection.Group);
    }

    [TestMethod]
    public async Task An_error_with_a_code_of_its_own_reaches_the_user_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        var bad = new FakeBuildpack("bad") { Detect = static _ => throw OciException() };

        var error = await Assert.ThrowsExactlyAsync<OciException>(() => new Detector(Image(directory)).DetectAsync([new OrderGroup([new(bad)])], Context, CancellationToken.None));

        Assert.AreEqual("BPT1001", error.Code);
    }

    [TestMethod]
    public async Task What_became_of_each_buildpack_is_known_also_when_detection_fails()
    {
        using var directory = new TemporaryDirectory();
        var detector = new Detector(Image(directory));
        var bad = new FakeBuildpack("bad") { Detect = static _ => throw OciException() };
        var requirer = new FakeBuildpack("requirer") { Detect = static _ => DetectResult.Pass("found", new BuildPlanOption([], [BuildPlanRequire.Named("x")])) };

        await Assert.ThrowsExactlyAsync<OciException>(() => detector.DetectAsync([new OrderGroup([new(bad, Optional: true), new(requirer)])], Context, CancellationToken.None));

        Assert.AreEqual(
            "bad@1.0.0 Errored: BPT1001: 'none' is not a digest; requirer@1.0.0 LeftOut: it requires 'x', which no buildpack provides",
            string.Join("; ", detector.Candidates.Select(static candidate => $"{candidate.Buildpack} {candidate.State}: {candidate.Reason.Split('.')[0]}")));
    }

    [TestMethod]
    public async Task A_detection_that_fails_leaves_no_group_of_an_earlier_one()
    {
        using var directory = new TemporaryDirectory();
        var detector = new Detector(Image(directory));
        await detector.DetectAsync([new OrderGroup([new(new FakeBuildpack("a"))])], Context, CancellationToken.None);

        await Assert.ThrowsExactlyAsync<LifecycleException>(() => detector.DetectAsync([], Context, CancellationToken.None));

        Assert.IsFalse(File.Exists(Image(directory).GroupFile));
        Assert.IsFalse(File.Exists(Image(directory).PlanFile));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Plans_whose_alternatives_multiply_without_end_are_given_up()
    {
        using var directory = new TemporaryDirectory();
        OrderEntry Endless(int number) => new(new FakeBuildpack($"many-{number}")
        {
            Detect = _ => DetectResult.Pass("found", [.. Enumerable.Range(0, 100).Select(alternative => new BuildPlanOption([$"{number}-{alternative}"], []))]),
        });

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() =>
            new Detector(Image(directory)).DetectAsync([new OrderGroup([.. Enumerable.Range(0, 10).Select(Endless)])], Context, CancellationToken.None));

        Assert.AreEqual("BPT2107: No plan was found among 100000 combinations of the alternatives of many-0@1.0.0, many-1@1.0.0, many-2@1.0.0, many-3@1.0.0, many-4@1.0.0, many-5@1.0.0, many-6@1.0.0, many-7@1.0.0, many-8@1.0.0, many-9@1.0.0. Leave one of them out of @(Buildpack).", $"{error.Code}: {error.Message}");
    }

    private static ImageDirectory Image(TemporaryDirectory directory) => new(directory.Combine("image"));

    private static OciException OciException() => Assert.ThrowsExactly<OciException>(() => Digest.Parse("none"));

    private static JsonObject Describe(Detection detection, DetectionCase item)
    {
        var states = new JsonObject();
        foreach ((string key, _) in item.Json["states"]!.AsObject())
        {
            states[key] = detection.Candidates.Single(candidate => $"{candidate.Buildpack}" == (key.Contains('@') ? key : key + "@1.0.0")).State.ToString();
        }
        return new JsonObject
        {
            ["group"] = new JsonArray([.. detection.Group.Select(static buildpack => (JsonNode)buildpack.Descriptor.Id.ToString())]),
            ["plan"] = new JsonArray([.. detection.Plan.Select(static entry => new JsonObject
            {
                ["name"] = entry.Requires[0].Name,
                ["providers"] = new JsonArray([.. entry.Providers.Select(static provider => (JsonNode)provider.Id.ToString())]),
                ["requires"] = entry.Requires.Count,
            })]),
            ["states"] = states,
        };
    }
}

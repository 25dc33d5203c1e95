using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class TargetTests
{
    private static IEnumerable<object[]> Cases => TargetCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_buildpack_fits_a_run_image_as_the_specification_says(TargetCase item) =>
        Assert.AreEqual(item.Fits, TargetRules.Matches(item.Buildpack, item.RunImage));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task A_buildpack_that_does_not_fit_is_not_asked_and_the_reason_names_both_sides(TargetCase item)
    {
        using var directory = new TemporaryDirectory();
        var other = new FakeBuildpack("other");
        var buildpack = new FakeBuildpack("acme/a") { Descriptor = item.Buildpack };

        Detection detection = await new Detector(new ImageDirectory(directory.Combine("image"))).DetectAsync(
            [new OrderGroup([new(other), new(buildpack, Optional: true)])], new DetectContext("/app", item.RunImage, new Dictionary<string, string>()), CancellationToken.None);

        Candidate candidate = detection.Candidates.Single(candidate => candidate.Buildpack.Id == item.Buildpack.Id);
        Assert.AreEqual(item.Fits ? CandidateState.Selected : CandidateState.Unsuitable, candidate.State);
        Assert.AreEqual(item.Reason ?? "it always does", candidate.Reason);
        Assert.AreEqual(item.Fits ? 1 : 0, buildpack.Detections);
    }
}

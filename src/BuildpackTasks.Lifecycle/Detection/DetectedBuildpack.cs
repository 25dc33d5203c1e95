namespace BuildpackTasks.Lifecycle;

/// <summary>An entry of the order and the answer of its detection: what the plan is resolved from.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Result">The answer; of one that was not asked, that it does not apply.</param>
internal sealed record DetectedBuildpack(OrderEntry Entry, DetectResult Result)
{
    /// <summary>Whether it was asked: one that does not fit the run image is not.</summary>
    public bool Asked { get; init; } = true;

    public BuildpackDescriptor Descriptor => Entry.Buildpack.Descriptor;

    /// <summary>
    /// The alternatives, in order of preference. Only the last one is optional: the buildpack is dropped when none of them fits,
    /// not when the first does not (the reference lifecycle's reading of "Phase #1: Detection").
    /// </summary>
    public IEnumerable<PlanChoice> Choices()
    {
        IReadOnlyList<BuildPlanOption> plans = Result.Plans.Count == 0 ? [BuildPlanOption.Empty] : Result.Plans;
        return plans.Select((plan, index) => new PlanChoice(this, plan, Entry.Optional && index == plans.Count - 1));
    }
}

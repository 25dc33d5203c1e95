namespace BuildpackTasks.Lifecycle;

/// <summary>The answer of a buildpack's detection.</summary>
/// <param name="Outcome">Whether it applies.</param>
/// <param name="Reason">What it looked for and found or missed, as a person reads it: one clause without a full stop.</param>
/// <param name="Plans">
/// What it provides and requires: the plan and then its alternatives (<c>[[or]]</c>), in order of preference; empty means one
/// plan without entries.
/// </param>
public sealed record DetectResult(DetectOutcome Outcome, string Reason, IReadOnlyList<BuildPlanOption> Plans)
{
    /// <summary>The buildpack applies.</summary>
    /// <param name="reason">What it found.</param>
    /// <param name="plans">What it provides and requires.</param>
    public static DetectResult Pass(string reason, params IReadOnlyList<BuildPlanOption> plans) => new(DetectOutcome.Passed, reason, plans);

    /// <summary>The buildpack does not apply.</summary>
    /// <param name="reason">What it missed.</param>
    public static DetectResult Fail(string reason) => new(DetectOutcome.Failed, reason, []);
}

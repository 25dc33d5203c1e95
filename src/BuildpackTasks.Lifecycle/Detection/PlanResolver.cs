namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds the plan of a group (buildpack specification, "Phase #1: Detection"): the first combination of alternatives, in order of
/// preference, in which every name that is required is provided and every name that is provided is required.
/// </summary>
internal static class PlanResolver
{
    // Combinations multiply: what plans that people wrote need is a few thousand names, this many are about a second.
    private const int MaxNames = 2_000_000;

    /// <summary>Resolves the plan of one group.</summary>
    /// <param name="group">The group's buildpacks with the answers of their detection, in order.</param>
    /// <exception cref="LifecycleException">BPT2107: there are too many combinations of alternatives.</exception>
    public static PlanResolution Resolve(IReadOnlyList<DetectedBuildpack> group)
    {
        DetectedBuildpack[] applying = [.. group.Where(static buildpack => buildpack.Result.Outcome == DetectOutcome.Passed)];
        if (applying.Length == 0 || group.Any(static buildpack => buildpack.Result.Outcome != DetectOutcome.Passed && !buildpack.Entry.Optional))
            return new PlanResolution(false, [], [], []);

        var problems = new List<PlanProblem>();
        ILookup<(string, bool), DetectedBuildpack> mentions = applying
            .SelectMany(static buildpack => buildpack.Result.Plans.SelectMany(Mentioned).Distinct().Select(name => (Name: name, Buildpack: buildpack)))
            .ToLookup(static mention => mention.Name, static mention => mention.Buildpack);
        var known = new HashSet<(BuildpackDescriptor, string, bool)>();
        int trials = 0;
        int names = 0;
        foreach (IReadOnlyList<PlanChoice> choices in Combinations(applying, 0))
        {
            names += choices.Sum(static choice => 1 + choice.Plan.Provides.Count + choice.Plan.Requires.Count);
            if (names > MaxNames) throw LifecycleErrors.PlanTooLarge(trials, applying.Where(static buildpack => buildpack.Result.Plans.Count > 1).Select(static buildpack => buildpack.Descriptor));
            trials++;
            var met = new List<PlanProblem>();
            if (Try([.. choices], mentions, applying, met) is not { } plan)
            {
                problems.AddRange(met.Where(problem => known.Add((problem.Buildpack.Descriptor, problem.Name, problem.Provided))));
                continue;
            }
            return plan with { Problems = met };
        }
        return new PlanResolution(false, [], [], problems);
    }

    /// <summary>The cross product of all alternatives, depth first: the last buildpack's alternatives change first.</summary>
    private static IEnumerable<IReadOnlyList<PlanChoice>> Combinations(DetectedBuildpack[] group, int index)
    {
        if (index == group.Length) return [[]];
        return group[index].Choices().SelectMany(choice => Combinations(group, index + 1), static (choice, rest) => (IReadOnlyList<PlanChoice>)[choice, .. rest]);
    }

    private static PlanResolution? Try(List<PlanChoice> choices, ILookup<(string, bool), DetectedBuildpack> mentions, DetectedBuildpack[] applying, List<PlanProblem> problems)
    {
        while (true)
        {
            var trial = new PlanTrial(choices);
            (string Name, PlanChoice Choice)[] unmet = [.. trial.UnmetRequires];
            (string Name, PlanChoice Choice)[] unused = [.. trial.UnusedProvides];
            if (unmet.Length + unused.Length == 0)
                return choices.Count == 0 ? null : new PlanResolution(true, [.. choices.Select(static choice => choice.Buildpack)], trial.Entries, []);

            problems.AddRange(unmet.Select(item => Problem(item, provided: false)));
            problems.AddRange(unused.Select(item => Problem(item, provided: true)));
            if (unmet.Concat(unused).Any(static item => !item.Choice.Optional)) return null;
            foreach ((_, PlanChoice choice) in unmet.Concat(unused)) choices.Remove(choice);

            PlanProblem Problem((string Name, PlanChoice Choice) item, bool provided) =>
                new(item.Choice.Buildpack, item.Name, provided, [.. mentions[(item.Name, !provided)].Select(other => Counterpart(other, item.Choice.Buildpack, item.Name, provided, choices, applying))]);
        }
    }

    /// <summary>The names that a plan provides (true) and requires (false).</summary>
    private static IEnumerable<(string, bool)> Mentioned(BuildPlanOption plan) =>
        plan.Provides.Select(static name => (name, true)).Concat(plan.Requires.Select(static require => (require.Name, false)));

    /// <summary>A buildpack that could have been the counterpart, and why it is not.</summary>
    private static PlanCounterpart Counterpart(DetectedBuildpack other, DetectedBuildpack buildpack, string name, bool provided, List<PlanChoice> choices, DetectedBuildpack[] applying)
    {
        PlanChoice? chosen = choices.FirstOrDefault(choice => ReferenceEquals(choice.Buildpack, other));
        return new PlanCounterpart(other.Descriptor, chosen is null ? "is left out"
            : !Mentioned(chosen.Plan).Contains((name, !provided)) ? provided ? "requires it as an alternative" : "provides it as an alternative"
            : Array.IndexOf(applying, other) < Array.IndexOf(applying, buildpack) ? "requires it earlier" : "provides it later");
    }
}

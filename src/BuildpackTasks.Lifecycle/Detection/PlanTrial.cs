namespace BuildpackTasks.Lifecycle;

/// <summary>
/// One walk over one choice of alternatives: each buildpack provides first and then requires, so a provider stands before or at
/// who requires it (buildpack specification, "Phase #1: Detection").
/// </summary>
internal sealed class PlanTrial
{
    private readonly OrderedDictionary<string, Name> names = new(StringComparer.Ordinal);

    public PlanTrial(IEnumerable<PlanChoice> choices)
    {
        foreach (PlanChoice choice in choices)
        {
            foreach (string name in choice.Plan.Provides) Of(name).Unused.Add(choice);
            foreach (BuildPlanRequire require in choice.Plan.Requires) Of(require.Name).Require(choice, require);
        }
    }

    public IEnumerable<(string Name, PlanChoice Choice)> UnmetRequires => names.SelectMany(static name => name.Value.Unmet.Select(choice => (name.Key, choice)));

    public IEnumerable<(string Name, PlanChoice Choice)> UnusedProvides => names.SelectMany(static name => name.Value.Unused.Select(choice => (name.Key, choice)));

    /// <summary>The plan, where nothing is unmet or unused. All requires of a name go to every provider of it.</summary>
    public IReadOnlyList<BuildPlanEntry> Entries =>
        [.. names.Values.Select(static name => new BuildPlanEntry([.. name.Providers.Select(static choice => new PlanProvider(choice.Buildpack.Descriptor.Id, choice.Buildpack.Descriptor.Version)).Distinct()], name.Requires))];

    private Name Of(string name)
    {
        if (!names.TryGetValue(name, out Name? found)) names.Add(name, found = new Name());
        return found;
    }

    private sealed class Name
    {
        public List<PlanChoice> Providers { get; } = [];

        public List<BuildPlanRequire> Requires { get; } = [];

        public List<PlanChoice> Unused { get; } = [];

        public List<PlanChoice> Unmet { get; } = [];

        public void Require(PlanChoice choice, BuildPlanRequire require)
        {
            Providers.AddRange(Unused);
            Unused.Clear();
            if (Providers.Count == 0) Unmet.Add(choice);
            else Requires.Add(require);
        }
    }
}

namespace BuildpackTasks.Debian;

/// <summary>
/// Finds the packages that packages need: of each the highest version that serves, of alternatives the one that is there
/// already, else the first that leads to a whole set. Recommends and Suggests are not followed.
/// </summary>
/// <param name="index">What there is to choose from.</param>
/// <param name="suite">What messages call that.</param>
internal sealed class Resolver(PackageIndex index, string suite)
{
    // A set that exists is found with few wrong turns; who needs more has asked for something contradictory.
    private const int MaxAttempts = 20_000;

    /// <summary>Finds what wanted packages need and what is not there already.</summary>
    /// <param name="wanted">What is asked for.</param>
    /// <param name="present">The packages that the image has; they are neither replaced nor part of the answer.</param>
    /// <returns>The packages to add, sorted by name.</returns>
    /// <exception cref="DebianException">BPT4002, BPT4003, BPT4004: there is no such package, or no set that serves.</exception>
    public IReadOnlyList<Package> Resolve(IReadOnlyList<DependencyClause> wanted, IReadOnlyList<Package> present)
    {
        var selection = new Selection();
        foreach (Package package in present) selection.Push(package, null);
        RequireKnown(wanted, selection);

        var agenda = new List<(DependencyClause Clause, Package? NeededBy)>(wanted.Select(static clause => (clause, (Package?)null)));
        var turns = new Stack<Turn>();
        DebianException? firstFailure = null;
        int attempts = 0;
        for (int position = 0; position < agenda.Count; position++)
        {
            (DependencyClause clause, Package? neededBy) = agenda[position];
            if (clause.Alternatives.Any(selection.Meets)) continue;
            turns.Push(new Turn(position, agenda.Count, selection.Count, Candidates(clause, neededBy is null)));
            while (!TryTake(turns.Peek(), agenda, selection))
            {
                // The first dead end is on the way that was preferred most: its explanation is the one to act on.
                Turn failed = turns.Pop();
                firstFailure ??= Explain(agenda[failed.Position].Clause, agenda[failed.Position].NeededBy, selection);
                if (turns.Count == 0) throw firstFailure;
                if (++attempts > MaxAttempts) throw DebianErrors.ResolutionTooLarge(wanted.Select(static one => one.ToString()));
            }
            position = turns.Peek().Position;
        }
        return [.. selection.Packages.Skip(present.Count).OrderBy(static package => package.Name, StringComparer.Ordinal)];
    }

    // Goes back to where a choice was made and takes the next that fits.
    private static bool TryTake(Turn turn, List<(DependencyClause Clause, Package? NeededBy)> agenda, Selection selection)
    {
        agenda.RemoveRange(turn.AgendaCount, agenda.Count - turn.AgendaCount);
        selection.PopTo(turn.SelectionCount);
        while (turn.Candidates.TryDequeue(out Package? candidate))
        {
            if (selection.Find(candidate.Name) is not null || selection.ConflictWith(candidate) is not null) continue;
            selection.Push(candidate, agenda[turn.Position].NeededBy);
            agenda.AddRange(DependencyCut.Followed(candidate).Select(clause => (clause, (Package?)candidate)));
            return true;
        }
        return false;
    }

    private Queue<Package> Candidates(DependencyClause clause, bool asked)
    {
        var candidates = new Queue<Package>();
        foreach (Dependency one in clause.Alternatives)
        {
            // What is asked for by name is given as the suite's newest, as apt does; a dependency may need an older one.
            IEnumerable<Package> versions = index.Versions(one.Name).Where(package => one.Accepts(package.Version));
            foreach (Package package in asked ? versions.Take(1) : versions) candidates.Enqueue(package);
            foreach (Package package in index.Providers(one.Name).Where(package => package.Name != one.Name && Selection.Is(package, one))) candidates.Enqueue(package);
        }
        return candidates;
    }

    private void RequireKnown(IReadOnlyList<DependencyClause> wanted, Selection selection)
    {
        foreach (DependencyClause clause in wanted)
        {
            if (clause.Alternatives.Any(one => selection.Meets(one) || index.Versions(one.Name).Count > 0 || index.Providers(one.Name).Count > 0)) continue;
            string name = clause.Alternatives[0].Name;
            throw DebianErrors.PackageNotFound(name, suite, index.NearNames(name));
        }
    }

    private DebianException Explain(DependencyClause clause, Package? neededBy, Selection selection)
    {
        string subject = neededBy is null ? $"'{clause}' was asked for" : $"'{string.Join(" -> ", selection.ChainTo(neededBy))}' needs {clause}";
        return DebianErrors.Unsatisfiable($"{subject}, but {string.Join(" and ", clause.Alternatives.Select(one => WhyNot(one, selection)))}");
    }

    private string WhyNot(Dependency dependency, Selection selection)
    {
        if (selection.Find(dependency.Name) is { } present)
        {
            return present.Location is null
                ? $"the run image has {present}"
                : $"{present} is needed by another package";
        }
        IReadOnlyList<Package> versions = index.Versions(dependency.Name);
        IReadOnlyList<Package> providers = index.Providers(dependency.Name);
        if (versions.Count == 0 && providers.Count == 0) return $"the suite '{suite}' has no {dependency.Name}";
        Package[] fitting = [.. versions.Concat(providers).Where(package => Selection.Is(package, dependency))];
        if (fitting.Length == 0) return $"the suite '{suite}' has {string.Join(", ", versions.Concat(providers).Take(3))}";
        foreach (Package package in fitting)
        {
            if (selection.ConflictWith(package) is { } conflict) return $"{package} cannot be together with {conflict}";
        }
        return $"what {fitting[0]} needs cannot be had";
    }

    private sealed record Turn(int Position, int AgendaCount, int SelectionCount, Queue<Package> Candidates);
}

namespace BuildpackTasks.Debian;

/// <summary>
/// The packages that a resolution has chosen so far, in order, each with the one that needs it. The last can be taken back.
/// </summary>
internal sealed class Selection
{
    private readonly List<(Package Package, Package? NeededBy)> chosen = [];
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(Package Package, DebianVersion? Version)>> byProvided = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => chosen.Count;

    /// <summary>The packages, in the order in which they were chosen.</summary>
    public IEnumerable<Package> Packages => chosen.Select(static one => one.Package);

    /// <summary>The package of a name, or null.</summary>
    /// <param name="name">The name.</param>
    public Package? Find(string name) => byName.TryGetValue(name, out int index) ? chosen[index].Package : null;

    /// <summary>Whether a dependency is met.</summary>
    /// <param name="dependency">The dependency.</param>
    public bool Meets(Dependency dependency) => Matching(dependency).Any();

    /// <summary>Which package, chosen already, a further one cannot be with, or null.</summary>
    /// <param name="package">The further one.</param>
    public Package? ConflictWith(Package package)
    {
        foreach (Dependency conflict in package.Conflicts)
        {
            // A package may conflict with what it provides itself: that means all others (Debian policy, 7.6.2).
            if (Matching(conflict).FirstOrDefault(other => other.Name != package.Name) is { } hit) return hit;
        }
        foreach (Package other in Packages)
        {
            if (other.Name != package.Name && other.Conflicts.Any(conflict => Is(package, conflict))) return other;
        }
        return null;
    }

    /// <summary>Adds a package.</summary>
    /// <param name="package">The package; none of its name is there.</param>
    /// <param name="neededBy">What needs it, or null for who asked.</param>
    public void Push(Package package, Package? neededBy)
    {
        byName.Add(package.Name, chosen.Count);
        chosen.Add((package, neededBy));
        foreach (ProvidedPackage provided in package.Provides)
        {
            if (!byProvided.TryGetValue(provided.Name, out var providers)) byProvided.Add(provided.Name, providers = []);
            providers.Add((package, provided.Version));
        }
    }

    /// <summary>Takes packages back until there are as many as once.</summary>
    /// <param name="count">How many there were.</param>
    public void PopTo(int count)
    {
        while (chosen.Count > count)
        {
            Package package = chosen[^1].Package;
            chosen.RemoveAt(chosen.Count - 1);
            byName.Remove(package.Name);
            foreach (ProvidedPackage provided in package.Provides) byProvided[provided.Name].RemoveAll(one => ReferenceEquals(one.Package, package));
        }
    }

    /// <summary>The names of the packages that led to one, from the one that was asked for to the one itself.</summary>
    /// <param name="package">The package.</param>
    public IReadOnlyList<string> ChainTo(Package package)
    {
        var chain = new List<string>();
        for (Package? link = package; link is not null; link = chosen[byName[link.Name]].NeededBy) chain.Add(link.Name);
        chain.Reverse();
        return chain;
    }

    /// <summary>Whether a package is meant by a dependency, by its name or by what it provides.</summary>
    /// <param name="package">The package.</param>
    /// <param name="dependency">The dependency.</param>
    public static bool Is(Package package, Dependency dependency) =>
        (package.Name == dependency.Name && dependency.Accepts(package.Version))
        || package.Provides.Any(provided => provided.Name == dependency.Name && dependency.Accepts(provided.Version));

    private IEnumerable<Package> Matching(Dependency dependency)
    {
        if (Find(dependency.Name) is { } named && dependency.Accepts(named.Version)) yield return named;
        if (!byProvided.TryGetValue(dependency.Name, out var providers)) yield break;
        foreach ((Package package, DebianVersion? version) in providers)
        {
            if (dependency.Accepts(version)) yield return package;
        }
    }
}

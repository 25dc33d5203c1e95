using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.Debian;

/// <summary>What becomes of packages where others take their place.</summary>
internal static class PackageChanges
{
    /// <summary>Those that come, go, or have another version, by name.</summary>
    /// <param name="before">The versions that there were, by name.</param>
    /// <param name="after">Those that there are.</param>
    /// <param name="isOlder">Whether, of a version before and one afterwards, the second is the older one.</param>
    public static IReadOnlyList<PackageChange> Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, Func<string, string, bool> isOlder) =>
        [.. from name in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            let old = before.GetValueOrDefault(name)
            let replacement = after.GetValueOrDefault(name)
            where old != replacement
            select new PackageChange(name, old, replacement, old is not null && replacement is not null && isOlder(old, replacement))];

    /// <summary>Whether the second of two versions is older by Debian's order; what is no version of Debian's is never.</summary>
    public static bool IsOlder(string before, string after) =>
        DebianVersion.TryParse(before, out DebianVersion old) && DebianVersion.TryParse(after, out DebianVersion replacement) && replacement.CompareTo(old) < 0;
}

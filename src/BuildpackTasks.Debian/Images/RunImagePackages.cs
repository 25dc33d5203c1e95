using System.Globalization;

namespace BuildpackTasks.Debian;

/// <summary>
/// What a .NET app needs of an operating system (the .NET release notes' list of Linux packages), and no more. Each with what
/// it depends on.
/// </summary>
internal static class RunImagePackages
{
    private static readonly string[] Always =
    [
        "base-files",
        "libc6",
        "libgcc-s1",
        "libstdc++6",
        // Releases before the one that made time_t 64 bits wide on all architectures have the second.
        "libssl3t64 | libssl3",
        "ca-certificates",
        "netbase",
        "tzdata",
    ];

    /// <summary>The packages.</summary>
    /// <param name="index">What the suite has: the name of ICU's package holds its version.</param>
    /// <param name="includeIcu">Whether ICU is among them.</param>
    public static IReadOnlyList<DependencyClause> Find(PackageIndex index, bool includeIcu)
    {
        var wanted = new List<DependencyClause>(Always.SelectMany(static field => DependencyField.Parse(field, "A list")));
        if (includeIcu) wanted.Add(DependencyClause.On(Icu(index)));
        return wanted;
    }

    /// <summary>What tells the question for them from others.</summary>
    /// <param name="includeIcu">Whether ICU is among them.</param>
    public static string Question(bool includeIcu) => $"run image, ICU {includeIcu}";

    // The name of the newest; a suite without any is told that it has no libicu.
    private static string Icu(PackageIndex index) =>
        index.Names
            .Where(static name => name.StartsWith("libicu", StringComparison.Ordinal) && int.TryParse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .MaxBy(static name => int.Parse(name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture))
        ?? "libicu";
}

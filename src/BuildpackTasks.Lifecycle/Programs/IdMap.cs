using System.Globalization;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Which user ids, or group ids, of a view stand for which of this machine (user_namespaces(7)). The user of the build is who
/// buildpacks expect to run as. Where the build runs as root all other ids are there too, so that nothing on the way to the
/// project is out of reach while the view is made.
/// </summary>
internal static class IdMap
{
    /// <summary>The map for a user who may map nobody else.</summary>
    /// <param name="inside">The id in the view.</param>
    /// <param name="outside">The id of this process.</param>
    public static string Single(uint inside, uint outside) => Line(inside, outside, 1);

    // No system gives it to anybody.
    private const uint Elsewhere = 2_000_000_000;

    /// <summary>
    /// The map for root: every id stands for itself, but root's, and who has its id. Nobody in the view is root: mount(8) refuses to
    /// work for somebody who is not and could be.
    /// </summary>
    /// <param name="inside">The id in the view that stands for this process's.</param>
    /// <param name="outside">The id of this process.</param>
    /// <param name="own">The map that this process itself is under: <c>/proc/self/uid_map</c>.</param>
    public static string Whole(uint inside, uint outside, string own)
    {
        var text = new System.Text.StringBuilder(Line(inside, outside, 1));
        bool taken = false;
        long first = Math.Min(Math.Min(inside, outside), Elsewhere);
        long last = Math.Max(Math.Max(inside, outside), Elsewhere);
        long[] apart = [first, (long)inside + outside + Elsewhere - first - last, last];
        foreach (string[] fields in own.Split('\n').Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(static fields => fields.Length == 3))
        {
            long start = long.Parse(fields[0], CultureInfo.InvariantCulture);
            long end = start + long.Parse(fields[2], CultureInfo.InvariantCulture);
            taken |= inside != outside && inside >= start && inside < end;
            foreach (long id in apart)
            {
                if (id < start || id >= end) continue;
                if (id > start) text.Append(Line(start, start, id - start));
                start = id + 1;
            }
            if (end > start) text.Append(Line(start, start, end - start));
        }
        if (taken) text.Append(Line(Elsewhere, inside, 1));
        return text.ToString();
    }

    private static string Line(long inside, long outside, long count) => string.Create(CultureInfo.InvariantCulture, $"{inside} {outside} {count}\n");
}

using System.Buffers;

namespace BuildpackTasks.Debian;

/// <summary>
/// Reads the fields of relationships (Debian policy, 7.1): <c>a (>= 1) | b, c:any</c>. Architecture qualifiers and restrictions
/// say nothing more in an index of one architecture and are passed over.
/// </summary>
internal static class DependencyField
{
    private static readonly SearchValues<char> EndsOfName = SearchValues.Create(" \t\n([<:");

    /// <summary>Reads a field.</summary>
    /// <param name="value">Its value, or null for none.</param>
    /// <param name="where">What messages call the paragraph that it is in.</param>
    /// <exception cref="DebianException">BPT4001: the value is not a list of relationships.</exception>
    public static IReadOnlyList<DependencyClause> Parse(string? value, string where)
    {
        if (string.IsNullOrWhiteSpace(value)) return [];
        var clauses = new List<DependencyClause>();
        foreach (string clause in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            clauses.Add(new DependencyClause([.. clause.Split('|', StringSplitOptions.TrimEntries).Select(one => ParseOne(one, where))]));
        }
        return clauses;
    }

    private static Dependency ParseOne(string text, string where)
    {
        int nameEnd = text.AsSpan().IndexOfAny(EndsOfName);
        string name = nameEnd < 0 ? text : text[..nameEnd];
        if (name.Length == 0) throw Malformed(text, where);
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0) return new Dependency(name);

        int close = text.IndexOf(')', open);
        if (close < 0) throw Malformed(text, where);
        ReadOnlySpan<char> restriction = text.AsSpan(open + 1, close - open - 1).Trim();
        int sign = restriction.IndexOfAnyExcept('<', '=', '>');
        if (sign < 1) throw Malformed(text, where);
        VersionRelation? relation = restriction[..sign] switch
        {
            "<<" => VersionRelation.Earlier,
            "<=" or "<" => VersionRelation.EarlierOrEqual,
            "=" => VersionRelation.Equal,
            ">=" or ">" => VersionRelation.LaterOrEqual,
            ">>" => VersionRelation.Later,
            _ => null,
        };
        return relation is { } known && DebianVersion.TryParse(restriction[sign..].Trim().ToString(), out DebianVersion version)
            ? new Dependency(name, known, version)
            : throw Malformed(text, where);
    }

    private static DebianException Malformed(string text, string where) =>
        DebianErrors.MalformedControl(where, $"'{text}' is not a relationship to a package");
}

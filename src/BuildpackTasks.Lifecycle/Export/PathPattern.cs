using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A pattern of a slice: the rules of Go's <c>filepath.Match</c>, one path component at a time (buildpack specification,
/// "launch.toml", <c>[[slices]]</c>). <c>*</c> and <c>?</c> do not cross <c>/</c>, and there is no <c>**</c>.
/// </summary>
internal sealed class PathPattern
{
    private readonly Rune[][] components;

    private PathPattern(Rune[][] components) => this.components = components;

    /// <summary>Reads a pattern, or gives null where it is malformed.</summary>
    /// <param name="pattern">The pattern, relative, <c>/</c>-separated.</param>
    public static PathPattern? TryParse(string pattern)
    {
        var parsed = new PathPattern([.. pattern.Split('/').Select(static component => component.EnumerateRunes().ToArray())]);
        // Matching finds out what is malformed; a component is malformed for one name when it is for every name.
        return parsed.components.All(static component => IsWellFormed(component)) ? parsed : null;
    }

    /// <summary>Whether the path, or a directory that it is in, matches.</summary>
    /// <param name="path">The path's components.</param>
    public bool Matches(IReadOnlyList<Rune[]> path) =>
        path.Count >= components.Length && components.Select((component, index) => Match(component, path[index])).All(static matches => matches);

    private static bool IsWellFormed(ReadOnlySpan<Rune> pattern)
    {
        while (pattern.Length > 0)
        {
            if (pattern[0].Value == '[')
            {
                if (!TryReadClass(pattern, default, out _, out int length)) return false;
                pattern = pattern[length..];
            }
            else if (pattern[0].Value == '\\')
            {
                if (pattern.Length < 2) return false;
                pattern = pattern[2..];
            }
            else
            {
                pattern = pattern[1..];
            }
        }
        return true;
    }

    /// <summary>Matches with one way back, to the last star: enough, since a star takes what it must and no more.</summary>
    private static bool Match(ReadOnlySpan<Rune> pattern, ReadOnlySpan<Rune> name)
    {
        int at = 0;
        int position = 0;
        int star = -1;
        int starPosition = 0;
        while (position < name.Length)
        {
            if (at < pattern.Length && pattern[at].Value == '*')
            {
                star = at++;
                starPosition = position;
            }
            else if (at < pattern.Length && MatchOne(pattern[at..], name[position], out int length))
            {
                at += length;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++starPosition;
            }
            else
            {
                return false;
            }
        }
        while (at < pattern.Length && pattern[at].Value == '*') at++;
        return at == pattern.Length;
    }

    private static bool MatchOne(ReadOnlySpan<Rune> pattern, Rune character, out int length)
    {
        switch (pattern[0].Value)
        {
            case '?':
                length = 1;
                return true;
            case '[':
                return TryReadClass(pattern, character, out bool contains, out length) && contains;
            case '\\':
                length = 2;
                return pattern[1] == character;
            default:
                length = 1;
                return pattern[0] == character;
        }
    }

    /// <summary>Reads <c>[a-z]</c> or <c>[^a-z]</c>, and whether the character is in it.</summary>
    private static bool TryReadClass(ReadOnlySpan<Rune> pattern, Rune character, out bool contains, out int length)
    {
        length = 1;
        contains = false;
        bool negated = pattern.Length > 1 && pattern[1].Value == '^';
        if (negated) length++;
        for (bool any = false; ; any = true)
        {
            if (length < pattern.Length && pattern[length].Value == ']' && any)
            {
                length++;
                contains ^= negated;
                return true;
            }
            if (!TryReadBound(pattern, ref length, out Rune low)) return false;
            Rune high = low;
            if (length < pattern.Length && pattern[length].Value == '-')
            {
                length++;
                if (!TryReadBound(pattern, ref length, out high)) return false;
            }
            contains |= low <= character && character <= high;
        }
    }

    private static bool TryReadBound(ReadOnlySpan<Rune> pattern, ref int length, out Rune bound)
    {
        bound = default;
        if (length >= pattern.Length || pattern[length].Value is '-' or ']') return false;
        if (pattern[length].Value == '\\' && ++length >= pattern.Length) return false;
        bound = pattern[length++];
        // A class must be closed: its last bound is not the last character.
        return length < pattern.Length;
    }
}

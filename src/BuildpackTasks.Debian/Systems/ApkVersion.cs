namespace BuildpackTasks.Debian;

/// <summary>
/// The order of versions of apk, <c>NUMBER{.NUMBER}…[LETTER]{_SUFFIX[NUMBER]}…[~HASH][-rNUMBER]</c> (apk-package(5), "Package
/// version").
/// </summary>
internal static class ApkVersion
{
    // Those before "" come before the version itself, the others after it.
    private static readonly string[] Suffixes = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
    private static readonly int Plain = Array.IndexOf(Suffixes, "");

    // In the order in which, where two versions differ in what follows, the one with the earlier kind is the newer.
    private enum Kind
    {
        Number,
        Letter,
        Suffix,
        Hash,
        Revision,
        End,
    }

    /// <summary>Less than zero where the first is older, more where it is newer; zero where they are equal or one is no version.</summary>
    /// <param name="left">The first.</param>
    /// <param name="right">The second.</param>
    public static int Compare(string left, string right)
    {
        if (TryRead(left) is not { } one || TryRead(right) is not { } other) return 0;
        for (int i = 0; ; i++)
        {
            (Kind kind, string text, string number) = one[i];
            (Kind otherKind, string otherText, string otherNumber) = other[i];
            if (kind != otherKind)
            {
                // A version with a further part is the newer one, except where that says what comes before it.
                if (kind == Kind.Suffix && Array.IndexOf(Suffixes, text) < Plain) return -1;
                if (otherKind == Kind.Suffix && Array.IndexOf(Suffixes, otherText) < Plain) return 1;
                return otherKind.CompareTo(kind);
            }
            if (kind == Kind.End) return 0;
            int order = kind switch
            {
                Kind.Suffix => Array.IndexOf(Suffixes, text).CompareTo(Array.IndexOf(Suffixes, otherText)),
                Kind.Letter or Kind.Hash => string.CompareOrdinal(text, otherText),
                // A number after a dot that begins with 0 is a fraction: 1.05 is before 1.1.
                Kind.Number when i > 0 && (number[0] == '0' || otherNumber[0] == '0') => string.CompareOrdinal(number, otherNumber),
                _ => 0,
            };
            if (order != 0) return order;
            if (kind is Kind.Suffix or Kind.Revision || (kind == Kind.Number && (i == 0 || (number[0] != '0' && otherNumber[0] != '0')))) order = CompareNumbers(number, otherNumber);
            if (order != 0) return order;
        }
    }

    // A suffix without a number is before the same one with any.
    private static int CompareNumbers(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0) return left.Length.CompareTo(right.Length);
        (left, right) = (left.TrimStart('0'), right.TrimStart('0'));
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);
    }

    // The parts of a version with an end, or null where it is none.
    private static List<(Kind Kind, string Text, string Number)>? TryRead(string version)
    {
        var parts = new List<(Kind, string, string)>();
        ReadOnlySpan<char> rest = version;
        if (Take(ref rest, char.IsAsciiDigit) is not { Length: > 0 } first) return null;
        parts.Add((Kind.Number, "", first));
        while (rest is ['.', ..])
        {
            rest = rest[1..];
            if (Take(ref rest, char.IsAsciiDigit) is not { Length: > 0 } number) return null;
            parts.Add((Kind.Number, "", number));
        }
        if (rest is [>= 'a' and <= 'z', ..])
        {
            parts.Add((Kind.Letter, rest[..1].ToString(), ""));
            rest = rest[1..];
        }
        while (rest is ['_', ..])
        {
            rest = rest[1..];
            string suffix = Take(ref rest, char.IsAsciiLetterLower);
            if (suffix.Length == 0 || !Suffixes.Contains(suffix)) return null;
            parts.Add((Kind.Suffix, suffix, Take(ref rest, char.IsAsciiDigit)));
        }
        if (rest is ['~', ..])
        {
            rest = rest[1..];
            parts.Add((Kind.Hash, Take(ref rest, char.IsAsciiHexDigitLower), ""));
        }
        if (rest is ['-', 'r', ..])
        {
            rest = rest[2..];
            parts.Add((Kind.Revision, "", Take(ref rest, char.IsAsciiDigit)));
        }
        if (rest.Length > 0) return null;
        parts.Add((Kind.End, "", ""));
        return parts;
    }

    private static string Take(ref ReadOnlySpan<char> from, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < from.Length && belongs(from[length])) length++;
        string taken = from[..length].ToString();
        from = from[length..];
        return taken;
    }
}

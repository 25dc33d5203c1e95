namespace BuildpackTasks.Lifecycle;

/// <summary>Patterns for repositories or tags, of which one must match: <c>*</c> stands for any text, also with slashes, <c>?</c> for one character.</summary>
public sealed class GlobPatterns
{
    private const int MaxLength = 4096;

    private readonly string[] patterns;

    private GlobPatterns(string[] patterns) => this.patterns = patterns;

    /// <summary>Matches everything.</summary>
    public static GlobPatterns All { get; } = new(["*"]);

    /// <summary>Reads patterns.</summary>
    /// <param name="text">The patterns, separated by <c>;</c>; null or empty for everything.</param>
    /// <param name="property">The property that has them, for the message.</param>
    /// <exception cref="LifecycleException">BPT2260: they are too long, or one has a character that no name has.</exception>
    public static GlobPatterns Parse(string? text, string property)
    {
        if (string.IsNullOrWhiteSpace(text)) return All;
        if (text.Length > MaxLength) throw LifecycleErrors.BadGlob(property, text, $"which is longer than {MaxLength} characters");
        string[] patterns = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string pattern in patterns)
        {
            if (pattern.FirstOrDefault(static character => !char.IsAsciiLetterOrDigit(character) && character is not ('*' or '?' or '.' or '_' or '-' or '/')) is var wrong and not '\0')
                throw LifecycleErrors.BadGlob(property, text, $"in which '{wrong}' matches nothing that a repository or tag can have");
        }
        return patterns.Length == 0 ? All : new GlobPatterns(patterns);
    }

    /// <summary>Whether one of the patterns matches.</summary>
    /// <param name="name">The whole name.</param>
    public bool Matches(string name) => patterns.Any(pattern => Matches(pattern, name));

    /// <summary>Whether one of the patterns is this very name, without <c>*</c> and <c>?</c>.</summary>
    /// <param name="name">The whole name.</param>
    public bool Names(string name) => patterns.Contains(name, StringComparer.Ordinal);

    // After a mismatch the last star takes one character more: never more than the product of both lengths.
    private static bool Matches(string pattern, string name)
    {
        int at = 0, star = -1, taken = 0, i = 0;
        while (i < name.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                taken = i;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == name[i]))
            {
                at++;
                i++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                i = ++taken;
            }
            else
            {
                return false;
            }
        }
        while (at < pattern.Length && pattern[at] == '*') at++;
        return at == pattern.Length;
    }
}

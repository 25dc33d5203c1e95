namespace BuildpackTasks.Lifecycle;

/// <summary>The part of a <c>.gitignore</c> pattern between two slashes: <c>*</c>, <c>?</c>, <c>[a-z]</c>, backslashes.</summary>
internal sealed class IgnoreGlob
{
    private readonly IReadOnlyList<Token> tokens;

    private IgnoreGlob(IReadOnlyList<Token> tokens) => this.tokens = tokens;

    /// <summary>How many bytes the first part of a pattern has; less than 0 where nothing can match.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="separator">The length of the slash after the part, which can have a backslash; 0 at the end.</param>
    public static int LengthOfPart(ReadOnlySpan<byte> pattern, out int separator)
    {
        separator = 0;
        for (int index = 0; index < pattern.Length;)
        {
            switch (pattern[index])
            {
                case (byte)'/':
                    separator = 1;
                    return index;
                case (byte)'\\' when index + 1 < pattern.Length && pattern[index + 1] == '/':
                    separator = 2;
                    return index;
                case (byte)'\\':
                    index += 2;
                    break;
                case (byte)'[':
                    // A slash in a class does not separate, and does not match either.
                    int length = IgnoreClass.TryParse(pattern[index..], out _);
                    if (length < 0) return -1;
                    index += length;
                    break;
                default:
                    index++;
                    break;
            }
        }
        return pattern.Length;
    }

    /// <summary>Reads a part; null where nothing can match.</summary>
    /// <param name="part">The part.</param>
    public static IgnoreGlob? TryParse(ReadOnlySpan<byte> part)
    {
        var tokens = new List<Token>();
        for (int index = 0; index < part.Length;)
        {
            switch (part[index])
            {
                case (byte)'*':
                    if (tokens.Count == 0 || !tokens[^1].IsStar) tokens.Add(new Token(IsStar: true, null));
                    index++;
                    break;
                case (byte)'?':
                    tokens.Add(new Token(IsStar: false, static _ => true));
                    index++;
                    break;
                case (byte)'[':
                    int length = IgnoreClass.TryParse(part[index..], out bool[]? members);
                    if (length < 0) return null;
                    tokens.Add(new Token(IsStar: false, value => members![value]));
                    index += length;
                    break;
                case (byte)'\\' when index + 1 == part.Length:
                    return null;
                default:
                    if (part[index] == '\\') index++;
                    byte literal = part[index++];
                    tokens.Add(new Token(IsStar: false, value => value == literal));
                    break;
            }
        }
        return new IgnoreGlob(tokens);
    }

    /// <summary>Whether a name matches.</summary>
    /// <param name="name">The name.</param>
    public bool Matches(ReadOnlySpan<byte> name)
    {
        // One way back, to the last star, is enough: it takes what it must and no more.
        int at = 0;
        int position = 0;
        int star = -1;
        int starPosition = 0;
        while (position < name.Length)
        {
            if (at < tokens.Count && tokens[at].IsStar)
            {
                star = at++;
                starPosition = position;
            }
            else if (at < tokens.Count && tokens[at].Accepts!(name[position]))
            {
                at++;
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
        while (at < tokens.Count && tokens[at].IsStar) at++;
        return at == tokens.Count;
    }

    private sealed record Token(bool IsStar, Func<byte, bool>? Accepts);
}

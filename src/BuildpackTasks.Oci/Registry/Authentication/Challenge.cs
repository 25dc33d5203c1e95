namespace BuildpackTasks.Oci;

/// <summary>What a registry asks for before it serves (RFC 9110, section 11.6.1).</summary>
/// <param name="Scheme">The scheme in lower case: <c>basic</c>, <c>bearer</c>.</param>
/// <param name="Parameters">Its parameters; names in lower case.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Reads the values of <c>WWW-Authenticate</c>: each may hold several challenges. What is malformed is left out.</summary>
    public static IReadOnlyList<Challenge> Parse(IEnumerable<string> values)
    {
        var challenges = new List<Challenge>();
        foreach (string value in values) new Reader(value).ReadInto(challenges);
        return challenges;
    }

    public string? Parameter(string name) => Parameters.GetValueOrDefault(name);

    private sealed class Reader(string text)
    {
        private int at;

        public void ReadInto(List<Challenge> challenges)
        {
            Dictionary<string, string>? parameters = null;
            while (SkipSeparators() && Token() is { Length: > 0 } word)
            {
                SkipSpaces();
                if (Peek == '=' && parameters is not null)
                {
                    at++;
                    SkipSpaces();
                    parameters[word.ToLowerInvariant()] = Peek == '"' ? QuotedText() : Token();
                }
                else
                {
                    parameters = new Dictionary<string, string>(StringComparer.Ordinal);
                    challenges.Add(new Challenge(word.ToLowerInvariant(), parameters));
                }
            }
        }

        private char Peek => at < text.Length ? text[at] : '\0';

        private bool SkipSeparators()
        {
            while (Peek is ' ' or '\t' or ',') at++;
            return at < text.Length;
        }

        private void SkipSpaces()
        {
            while (Peek is ' ' or '\t') at++;
        }

        private string Token()
        {
            int start = at;
            while (at < text.Length && text[at] is not (' ' or '\t' or ',' or '=' or '"')) at++;
            return text[start..at];
        }

        private string QuotedText()
        {
            var value = new System.Text.StringBuilder();
            for (at++; at < text.Length && text[at] != '"'; at++)
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                value.Append(text[at]);
            }
            at++;
            return value.ToString();
        }
    }
}

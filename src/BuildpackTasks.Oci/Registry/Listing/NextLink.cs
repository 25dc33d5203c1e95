namespace BuildpackTasks.Oci;

/// <summary>Finds the next page's address in a <c>Link</c> header (RFC 8288).</summary>
internal static class NextLink
{
    /// <summary>The target of the link whose relation is <c>next</c>, or null where there is none.</summary>
    /// <param name="header">The header's value; several are joined by commas.</param>
    public static string? Find(string header)
    {
        for (int start = header.IndexOf('<', StringComparison.Ordinal); start >= 0;)
        {
            int end = header.IndexOf('>', start);
            if (end < 0) return null;
            int following = header.IndexOf('<', end);
            ReadOnlySpan<char> parameters = header.AsSpan(end + 1, (following < 0 ? header.Length : following) - end - 1);
            foreach (Range range in parameters.SplitAny(';', ','))
            {
                ReadOnlySpan<char> parameter = parameters[range].Trim();
                if (!parameter.StartsWith("rel", StringComparison.OrdinalIgnoreCase)) continue;
                ReadOnlySpan<char> value = parameter[3..].TrimStart();
                if (value.StartsWith("=") && value[1..].Trim().Trim('"').Equals("next", StringComparison.OrdinalIgnoreCase)) return header[(start + 1)..end];
            }
            start = following;
        }
        return null;
    }
}

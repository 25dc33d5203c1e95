using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>
/// Reads what apt is set to: <c>sources.list</c>, and <c>sources.list.d</c> with files of both formats (sources.list(5)). What
/// cannot be read is passed over, as a source of somebody else's is: whether what is left serves is seen later.
/// </summary>
internal static class AptSourceFiles
{
    private const int MaxLength = 1 << 20;

    /// <summary>The binary sources that are enabled, in the order in which apt reads them.</summary>
    /// <param name="directory">The directory, <c>/etc/apt</c>.</param>
    public static IReadOnlyList<AptSource> Read(string directory)
    {
        var sources = new List<AptSource>();
        foreach (string file in Files(directory))
        {
            try
            {
                if (new FileInfo(file) is not { Exists: true, Length: <= MaxLength }) continue;
                byte[] content = File.ReadAllBytes(file);
                sources.AddRange(file.EndsWith(".sources", StringComparison.Ordinal)
                    ? ControlParagraph.ParseAll(content, file).SelectMany(FromParagraph)
                    : Encoding.UTF8.GetString(content).Split('\n').SelectMany(FromLine));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DebianException)
            {
                continue;
            }
        }
        return sources;
    }

    private static IEnumerable<string> Files(string directory)
    {
        yield return Path.Combine(directory, "sources.list");
        string parts = Path.Combine(directory, "sources.list.d");
        if (!Directory.Exists(parts)) yield break;
        foreach (string file in Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal))
        {
            if (file.EndsWith(".list", StringComparison.Ordinal) || file.EndsWith(".sources", StringComparison.Ordinal)) yield return file;
        }
    }

    // deb [ option=value ... ] uri suite component...
    private static IEnumerable<AptSource> FromLine(string line)
    {
        line = line.Split('#')[0].Trim();
        string options = "";
        int open = line.IndexOf('[', StringComparison.Ordinal), close = line.IndexOf(']', StringComparison.Ordinal);
        if (open > 0 && close > open)
        {
            options = line[(open + 1)..close];
            line = line[..open] + line[(close + 1)..];
        }
        if (Words(line) is not ["deb", var uri, var suite, .. var components]) yield break;
        string? signedBy = Words(options).FirstOrDefault(static option => option.StartsWith("signed-by=", StringComparison.OrdinalIgnoreCase))?["signed-by=".Length..];
        if (ToDirectory(uri) is { } archive) yield return new AptSource(archive, suite, components, SignedByFiles(signedBy));
    }

    private static IEnumerable<AptSource> FromParagraph(ControlParagraph paragraph)
    {
        if (paragraph["Enabled"] is { } enabled && enabled.ToLowerInvariant() is "no" or "false" or "off" or "0") yield break;
        if (!Words(paragraph["Types"]).Contains("deb")) yield break;
        string[] components = Words(paragraph["Components"]);
        foreach (string uri in Words(paragraph["URIs"]))
        {
            if (ToDirectory(uri) is not { } archive) continue;
            foreach (string suite in Words(paragraph["Suites"])) yield return new AptSource(archive, suite, components, SignedByFiles(paragraph["Signed-By"]));
        }
    }

    /// <summary>An archive's address, with a slash at its end; null for what is not fetched over HTTP.</summary>
    internal static Uri? ToDirectory(string text) =>
        Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri : null;

    // A key may also stand in the field itself, or be named by its fingerprint: neither is a file.
    private static string[] SignedByFiles(string? value) =>
        value is null ? [] : [.. value.Split([',', ' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(static one => one.StartsWith('/'))];

    private static string[] Words(string? text) =>
        text?.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries) ?? [];
}

using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What a suite says of itself, from the signed part of its <c>InRelease</c> (Debian wiki, "DebianRepository/Format").</summary>
internal sealed record ReleaseFile
{
    private const string Component = "main";

    /// <summary>The suite, such as <c>stable</c>, or null.</summary>
    public required string? Suite { get; init; }

    /// <summary>The code name, such as <c>trixie</c>, or null.</summary>
    public required string? Codename { get; init; }

    /// <summary>The version, such as <c>13.7</c>, or null where it has none yet.</summary>
    public required string? Version { get; init; }

    /// <summary>When it was made, or null where it does not say.</summary>
    public required DateTimeOffset? Date { get; init; }

    /// <summary>Until when it may be used, or null for no end.</summary>
    public required DateTimeOffset? ValidUntil { get; init; }

    /// <summary>The architectures, Debian's names.</summary>
    public required IReadOnlyList<string> Architectures { get; init; }

    /// <summary>Whether files can be asked for by their hash, so that a mirror that is being updated does no harm.</summary>
    public required bool ByHash { get; init; }

    /// <summary>Whether packages for all architectures are only in an index of their own.</summary>
    public required bool SeparateAll { get; init; }

    /// <summary>The package indexes of the component, by path relative to the suite.</summary>
    public required IReadOnlyDictionary<string, ArchiveFile> Files { get; init; }

    /// <summary>Reads the signed part.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="uri">What messages call it.</param>
    /// <exception cref="DebianException">BPT4001: it is malformed.</exception>
    public static ReleaseFile Parse(ReadOnlySpan<byte> content, string uri)
    {
        string where = $"'{uri}'";
        ControlParagraph paragraph = ControlParagraph.Parse(content, where);
        string[] architectures = Words(paragraph["Architectures"]);
        return new ReleaseFile
        {
            Suite = paragraph["Suite"],
            Codename = paragraph["Codename"],
            Version = paragraph["Version"],
            Date = ParseTime(paragraph["Date"], where),
            ValidUntil = ParseTime(paragraph["Valid-Until"], where),
            Architectures = architectures,
            ByHash = paragraph["Acquire-By-Hash"] == "yes",
            SeparateAll = architectures.Contains("all") && !Words(paragraph["No-Support-for-Architecture-all"]).Contains("Packages"),
            Files = ParseFiles(paragraph.Require("SHA256", where), where),
        };
    }

    /// <summary>The path of the package index of an architecture, without the ending of its compression.</summary>
    /// <param name="architecture">Debian's name of the architecture.</param>
    public static string IndexPath(string architecture) => $"{Component}/binary-{architecture}/Packages";

    private static Dictionary<string, ArchiveFile> ParseFiles(string value, string where)
    {
        var files = new Dictionary<string, ArchiveFile>(StringComparer.Ordinal);
        foreach (string line in value.Split('\n'))
        {
            // A Release lists hundreds of files of which few are of interest.
            if (!line.Contains($" {Component}/binary-", StringComparison.Ordinal) || !line.Contains("/Packages", StringComparison.Ordinal)) continue;
            if (Words(line) is not [var hash, var length, var path]
                || !Digest.TryParse($"sha256:{hash}", out Digest digest)
                || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                throw DebianErrors.MalformedControl(where, "a line of SHA256 is not a hash, a size and a path");
            files[path] = new ArchiveFile(digest, size);
        }
        return files;
    }

    // "Fri, 27 Nov 2026 00:12:42 UTC"
    private static DateTimeOffset? ParseTime(string? value, string where)
    {
        if (value is null) return null;
        string text = value.EndsWith(" UTC", StringComparison.Ordinal) ? value[..^4] + " GMT" : value;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw DebianErrors.MalformedControl(where, $"'{value}' is not a time");
    }

    private static string[] Words(string? text) =>
        text?.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries) ?? [];
}

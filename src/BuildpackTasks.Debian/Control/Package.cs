using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What a resolution has to know of a binary package (Debian policy, chapter 7).</summary>
internal sealed record Package
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required DebianVersion Version { get; init; }

    /// <summary>What it is for: an architecture, or <c>all</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>What it needs: Pre-Depends, then Depends.</summary>
    public IReadOnlyList<DependencyClause> Depends { get; init; } = [];

    /// <summary>What it cannot be with: Conflicts and Breaks. Files are only unpacked together, so the two mean the same here.</summary>
    public IReadOnlyList<Dependency> Conflicts { get; init; } = [];

    /// <summary>What it provides.</summary>
    public IReadOnlyList<ProvidedPackage> Provides { get; init; } = [];

    /// <summary>Where it is downloaded from; null for a package that an image has.</summary>
    public PackageLocation? Location { get; init; }

    /// <summary>Reads a package of an index (<c>Packages</c>).</summary>
    /// <param name="paragraph">Its paragraph.</param>
    /// <param name="mirror">What <c>Filename</c> is relative to, ending in a slash.</param>
    /// <exception cref="DebianException">BPT4001: the paragraph is malformed.</exception>
    public static Package FromIndex(ControlParagraph paragraph, Uri mirror)
    {
        Package package = FromControl(paragraph);
        string where = $"The entry of '{package.Name}' in the package index";
        string path = paragraph.Require("Filename", where);
        if (path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal) || path.Split('/').Contains("..") || !Uri.TryCreate(mirror, Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal), out Uri? uri))
            throw DebianErrors.MalformedControl(where, "its file is outside of the archive");
        if (!long.TryParse(paragraph.Require("Size", where), NumberStyles.None, CultureInfo.InvariantCulture, out long size) || size <= 0)
            throw DebianErrors.MalformedControl(where, "its size is not a number");
        if (!Digest.TryParse($"sha256:{paragraph.Require("SHA256", where)}", out Digest digest))
            throw DebianErrors.MalformedControl(where, "its SHA256 is not a hash");
        return package with { Location = new PackageLocation(uri, size, digest) };
    }

    /// <summary>Reads a package of a package file or of a dpkg record.</summary>
    /// <param name="paragraph">Its paragraph.</param>
    /// <exception cref="DebianException">BPT4001: the paragraph is malformed.</exception>
    public static Package FromControl(ControlParagraph paragraph)
    {
        string name = paragraph.Require("Package", "A package's control file");
        string where = $"The control file of the package '{name}'";
        if (!IsName(name)) throw DebianErrors.MalformedControl(where, "its name is not one");
        if (!DebianVersion.TryParse(paragraph.Require("Version", where), out DebianVersion version))
            throw DebianErrors.MalformedControl(where, $"'{paragraph["Version"]}' is not a version");
        return new Package
        {
            Name = name,
            Version = version,
            Architecture = paragraph["Architecture"] ?? "all",
            Depends = [.. DependencyField.Parse(paragraph["Pre-Depends"], where), .. DependencyField.Parse(paragraph["Depends"], where)],
            Conflicts = [.. Each(paragraph["Conflicts"], where), .. Each(paragraph["Breaks"], where)],
            Provides = [.. Each(paragraph["Provides"], where).Select(static one => new ProvidedPackage(one.Name, one.Relation == VersionRelation.Equal ? one.Version : null))],
        };
    }

    /// <summary>Whether a text is the name of a package as dpkg takes it; one letter, which policy forbids (5.6.1), too.</summary>
    /// <param name="text">The text.</param>
    public static bool IsName(string text) =>
        text.Length is > 0 and < 200 && char.IsAsciiLetterOrDigit(text[0])
        && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '+' or '-' or '.');

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Version}";

    private static IEnumerable<Dependency> Each(string? value, string where) =>
        DependencyField.Parse(value, where).SelectMany(static clause => clause.Alternatives);
}

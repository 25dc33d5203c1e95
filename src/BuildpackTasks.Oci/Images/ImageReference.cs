using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Oci;

/// <summary>
/// The name of an image in a registry: <c>registry/repository[:tag][@digest]</c>. Names without a registry are Docker Hub's,
/// as everywhere else (grammar: the distribution project's reference package).
/// </summary>
public sealed partial record ImageReference
{
    /// <summary>The registry that names without one mean.</summary>
    public const string DockerHub = "docker.io";

    /// <summary>The tag that names without tag and digest mean.</summary>
    public const string DefaultTag = "latest";

    // Longer than registry and repository may be (255), a tag (128) and a digest together.
    private const int MaxLength = 1024;

    private ImageReference(string registry, string repository, string? tag, Digest? digest)
    {
        Registry = registry;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry's host, with <c>:port</c> where it has one.</summary>
    public string Registry { get; }

    /// <summary>The repository's path in the registry, in lower case.</summary>
    public string Repository { get; }

    /// <summary>The tag, or null where the name has none.</summary>
    public string? Tag { get; private init; }

    /// <summary>The digest, or null where the name has none.</summary>
    public Digest? Digest { get; private init; }

    /// <summary>What to ask the registry for: the digest where there is one, else the tag, else <c>latest</c>.</summary>
    public string Selector => Digest?.ToString() ?? Tag ?? DefaultTag;

    /// <summary>Reads a name.</summary>
    /// <param name="value">The text, such as <c>registry.example.com/shop/web:1.4</c>.</param>
    /// <exception cref="OciException">BPT1002: the text is not an image reference.</exception>
    public static ImageReference Parse(string value) =>
        TryParse(value, out ImageReference? reference) ? reference : throw OciErrors.NotAnImageReference(value);

    /// <summary>Reads a name if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="reference">The name, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        if (value is null || value.Length > MaxLength || Grammar().Match(value) is not { Success: true } match) return false;

        Digest? digest = null;
        if (match.Groups["digest"] is { Success: true } digestText)
        {
            if (!Oci.Digest.TryParse(digestText.Value, out Digest parsed)) return false;
            digest = parsed;
        }

        string registry = match.Groups["registry"] is { Success: true } host ? host.Value : DockerHub;
        string repository = match.Groups["repository"].Value;
        if (registry is "index.docker.io" or "registry-1.docker.io") registry = DockerHub;
        if (registry == DockerHub && !repository.Contains('/', StringComparison.Ordinal)) repository = "library/" + repository;
        if (registry.Length + 1 + repository.Length > 255) return false;

        // The grammar lets through what no host can be, such as port 70000 or an address with ten colons.
        if (!Uri.TryCreate($"https://{registry}/", UriKind.Absolute, out _)) return false;

        reference = new ImageReference(registry, repository, match.Groups["tag"] is { Success: true } tag ? tag.Value : null, digest);
        return true;
    }

    /// <summary>Whether the text can be a repository's path.</summary>
    /// <param name="value">The text.</param>
    public static bool IsRepository(string value) => RepositoryGrammar().IsMatch(value);

    /// <summary>Whether the text can be a tag.</summary>
    /// <param name="value">The text.</param>
    public static bool IsTag(string value) => TagGrammar().IsMatch(value);

    /// <summary>The same repository with this tag and no digest.</summary>
    /// <param name="tag">The tag.</param>
    public ImageReference WithTag(string tag) => this with { Tag = tag, Digest = null };

    /// <summary>The same repository and tag, pinned to a digest.</summary>
    /// <param name="digest">The digest.</param>
    public ImageReference WithDigest(Digest digest) => this with { Digest = digest };

    /// <summary>The name, with tag and digest where it has them.</summary>
    public override string ToString() =>
        $"{Registry}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is null ? "" : "@" + Digest)}";

    // A first component is a registry when it has a dot or a port or is "localhost"; otherwise it belongs to the repository.
    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?";
    private const string Port = ":[0-9]{1,5}";
    private const string Host = $@"(?:localhost|{Label}(?:\.{Label})+|\[[0-9a-fA-F:]+\])(?:{Port})?|{Label}{Port}";
    private const string Component = "[a-z0-9]+(?:(?:[.]|_{1,2}|-+)[a-z0-9]+)*";
    private const string Path = $"{Component}(?:/{Component})*";
    private const string TagText = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";

    [GeneratedRegex($@"\A(?:(?<registry>{Host})/)?(?<repository>{Path})(?::(?<tag>{TagText}))?(?:@(?<digest>[a-z0-9]+:[0-9a-f]+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();

    [GeneratedRegex($@"\A{Path}\z", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryGrammar();

    [GeneratedRegex($@"\A{TagText}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TagGrammar();
}

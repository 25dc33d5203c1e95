namespace BuildpackTasks.Oci;

/// <summary>
/// Where an image is to be read from, as a person writes it: an image reference, <c>oci:DIR[:TAG]</c>,
/// <c>oci-archive:FILE[:TAG]</c>, <c>docker-archive:FILE[:TAG]</c> or <c>scratch</c>. In place of <c>:TAG</c> stands <c>@DIGEST</c> too.
/// </summary>
public sealed record ImageLocation
{
    private static readonly (string Scheme, ImageLocationKind Kind)[] Schemes =
    [
        ("oci:", ImageLocationKind.OciLayout),
        ("oci-archive:", ImageLocationKind.OciArchive),
        ("docker-archive:", ImageLocationKind.DockerArchive),
    ];

    private ImageLocation(ImageLocationKind kind) => Kind = kind;

    /// <summary>What kind of place it is.</summary>
    public ImageLocationKind Kind { get; }

    /// <summary>The image's name in a registry; null for the other kinds.</summary>
    public ImageReference? Reference { get; private init; }

    /// <summary>The absolute path of the directory or file; null where there is none.</summary>
    public string? Path { get; private init; }

    /// <summary>Which image of the directory or file is meant: a tag, a name with tag, or a digest; null for the only one.</summary>
    public string? Selector { get; private init; }

    /// <summary>Reads a location.</summary>
    /// <param name="value">The text.</param>
    /// <param name="baseDirectory">The absolute path of the directory that relative paths start from.</param>
    /// <exception cref="OciException">
    /// BPT1002: it is not an image reference; BPT1230: it begins with an unknown scheme; BPT1231: it is a path without a scheme, or
    /// path or tag are missing.
    /// </exception>
    public static ImageLocation Parse(string value, string baseDirectory)
    {
        if (value == "scratch") return new ImageLocation(ImageLocationKind.Scratch);
        foreach ((string scheme, ImageLocationKind kind) in Schemes)
        {
            if (!value.StartsWith(scheme, StringComparison.Ordinal)) continue;
            (string path, string? selector) = Split(value[scheme.Length..]);
            if (path.Length == 0 || selector is "") throw OciErrors.BadImageLocation(value, $"{(path.Length == 0 ? "the path" : "the tag")} is missing");
            return new ImageLocation(kind) { Path = System.IO.Path.GetFullPath(path, baseDirectory), Selector = selector };
        }
        if (ImageReference.TryParse(value, out ImageReference? reference)) return new ImageLocation(ImageLocationKind.Registry) { Reference = reference };
        if (value.StartsWith('.') || value.StartsWith('/') || value.StartsWith('\\') || HasDrive(value)) throw OciErrors.BadImageLocation(value, "a path needs to say what it leads to");
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        throw colon > 0 && value[..colon].All(static character => char.IsAsciiLetterOrDigit(character) || character is '-' or '+' or '.') && (value[(colon + 1)..].StartsWith('/') || value[(colon + 1)..].StartsWith('.'))
            ? OciErrors.UnknownScheme(value, value[..colon])
            : OciErrors.NotAnImageReference(Quoted.OneLine(value));
    }

    /// <summary>Whether <see cref="Parse"/> takes a text for an image of a registry: what an image says of itself may name no file.</summary>
    /// <param name="value">The text.</param>
    public static bool IsInRegistry(string value) =>
        // Some are names of images too: 'oci:layout' could be one of Docker Hub.
        !Schemes.Any(known => value.StartsWith(known.Scheme, StringComparison.Ordinal)) && ImageReference.TryParse(value, out _);

    /// <summary>The store that a directory or file is; null for a registry and for <c>scratch</c>.</summary>
    public IImageStore? OpenStore() => Kind switch
    {
        ImageLocationKind.OciLayout => new OciLayoutStore(Path!),
        ImageLocationKind.OciArchive => new OciArchiveStore(Path!),
        ImageLocationKind.DockerArchive => new DockerArchiveStore(Path!),
        _ => null,
    };

    /// <summary>The store that the image is in, in a registry too; null for <c>scratch</c>. <see cref="Selector"/> says which of its images is meant.</summary>
    /// <param name="registries">Speaks to registries.</param>
    /// <param name="content">Where manifests and configs are kept so that registries are not asked for them twice; null for nowhere.</param>
    public IImageStore? OpenStore(RegistryClient registries, ContentStore? content) =>
        Reference is null ? OpenStore() : new RegistryStore(registries, Reference, content);

    /// <summary>The location of the very image that was found here, as <see cref="Parse"/> reads it.</summary>
    /// <param name="digest">The image's digest.</param>
    public string Pinned(Digest digest) => this switch
    {
        { Reference: { } reference } => reference.WithDigest(digest).ToString(),
        // What docker save writes has no manifest, and so no digest to find an image by: there the name is all.
        { Kind: ImageLocationKind.DockerArchive or ImageLocationKind.Scratch } => ToString(),
        _ => $"{(this with { Selector = null }).ToString()}@{digest}",
    };

    /// <summary>The location as <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        if (Kind == ImageLocationKind.Scratch) return "scratch";
        if (Reference is not null) return Reference.ToString();
        string scheme = Schemes.First(scheme => scheme.Kind == Kind).Scheme;
        return $"{scheme}{Path}{(Selector is null ? "" : Digest.TryParse(Selector, out _) ? "@" + Selector : ":" + Selector)}";
    }

    // The first colon ends the path, but not that of a drive (C:\images). No path with a colon can be written: other tools that
    // know this form have the same limit.
    private static (string Path, string? Selector) Split(string text)
    {
        int at = text.LastIndexOf('@');
        if (at >= 0 && Digest.TryParse(text[(at + 1)..], out Digest digest)) return (text[..at], digest.ToString());
        int colon = text.IndexOf(':', HasDrive(text) ? 2 : 0);
        return colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    private static bool HasDrive(string text) => text.Length > 2 && char.IsAsciiLetter(text[0]) && text[1] == ':' && text[2] is '\\' or '/';
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What the text of a <c>Buildpack</c> item names: a directory, an archive or an image.</summary>
/// <param name="Directory">A directory's absolute path, or null.</param>
/// <param name="Archive">An archive's absolute path, or null.</param>
/// <param name="Image">Where an image is, or null.</param>
internal sealed record BuildpackLocation(string? Directory = null, string? Archive = null, ImageLocation? Image = null)
{
    private const string DockerScheme = "docker://";
    private const string FileScheme = "file://";

    private static readonly string[] ImageSchemes = ["oci:", "oci-archive:", "docker-archive:"];
    private static readonly string[] ForeignSchemes = ["urn:", "http:", "https:", "from=", "ftp:"];
    private static readonly string[] ArchiveExtensions = [".tgz", ".gz", ".tar", ".cnb", ".zip"];

    /// <summary>Reads a text. What is there on this machine goes before what a registry may have.</summary>
    /// <param name="text">The text.</param>
    /// <param name="baseDirectory">What relative paths are relative to.</param>
    /// <exception cref="CodedException">BPT2170, BPT2171: it names nothing that there is. BPT1002, BPT1231: it is no image's name.</exception>
    public static BuildpackLocation Parse(string text, string baseDirectory)
    {
        if (ForeignSchemes.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.Ordinal)) is { } foreign) throw LifecycleErrors.UnsupportedSource(text, foreign);
        if (text.StartsWith(DockerScheme, StringComparison.Ordinal)) return Of(ImageLocation.Parse(ImageReference.Parse(text[DockerScheme.Length..]).ToString(), baseDirectory));
        if (ImageSchemes.Any(scheme => text.StartsWith(scheme, StringComparison.Ordinal))) return Of(ImageLocation.Parse(text, baseDirectory));

        bool isFile = text.StartsWith(FileScheme, StringComparison.Ordinal);
        string path = Path.GetFullPath(isFile ? text[FileScheme.Length..] : text, baseDirectory);
        if (System.IO.Directory.Exists(path)) return new BuildpackLocation(Directory: Path.TrimEndingDirectorySeparator(path));
        if (File.Exists(path)) return new BuildpackLocation(Archive: path);
        // A name without registry and tag is more likely a directory that is not there than one of Docker Hub's.
        bool isImage = !isFile && !IsPath(text) && ImageReference.TryParse(text, out ImageReference? reference)
            && (reference.Tag is not null || reference.Digest is not null || text.StartsWith(reference.Registry + "/", StringComparison.Ordinal));
        return isImage ? Of(ImageLocation.Parse(text, baseDirectory)) : throw LifecycleErrors.NoSuchSource(text, baseDirectory);
    }

    private static BuildpackLocation Of(ImageLocation image) => new(Image: image);

    private static bool IsPath(string text) =>
        text.StartsWith('.') || text.StartsWith('/') || text.StartsWith('~') || text.Contains('\\', StringComparison.Ordinal)
        || ArchiveExtensions.Any(extension => text.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}

namespace BuildpackTasks.Oci;

/// <summary>One image that the <c>manifest.json</c> of a docker archive lists.</summary>
/// <param name="Config">The path of its config in the archive.</param>
/// <param name="Names">Its names with tags.</param>
/// <param name="Layers">The paths of its layers in the archive, the lowest first.</param>
internal sealed record DockerArchiveImage(string Config, IReadOnlyList<string> Names, IReadOnlyList<string> Layers)
{
    /// <summary>Whether a selector means this image: a tag that one of its names has, or one of its names.</summary>
    public bool IsNamed(string selector) => Names.Any(name =>
        name == selector
        || (ImageReference.TryParse(name, out ImageReference? own)
            && (own.Tag == selector || (ImageReference.TryParse(selector, out ImageReference? wanted) && own.Tag is not null && own == wanted))));
}

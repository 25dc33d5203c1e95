using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>What the properties say about where the image goes; empty texts are null.</summary>
internal sealed record DestinationSettings
{
    /// <summary><c>ContainerRegistry</c>.</summary>
    public string? Registry { get; init; }

    /// <summary><c>LocalRegistry</c>: <c>Docker</c> or <c>Podman</c>.</summary>
    public string? LocalRegistry { get; init; }

    /// <summary><c>ImageLayoutPath</c>.</summary>
    public string? LayoutPath { get; init; }

    /// <summary><c>ContainerArchiveOutputPath</c>.</summary>
    public string? ArchivePath { get; init; }

    /// <summary><c>ContainerRepository</c>.</summary>
    public required string Repository { get; init; }

    /// <summary><c>ContainerImageTag</c> and <c>ContainerImageTags</c>.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary><c>ContainerImageFormat</c>.</summary>
    public ImageFormat Format { get; init; }

    /// <summary>What relative paths are relative to.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The OCI layout that is written where nothing is set and no engine runs: beside the publish directory.</summary>
    public required string DefaultLayoutPath { get; init; }

    /// <summary>Whether the image is pushed: an archive or a layout comes before a registry, as with the SDK.</summary>
    public bool IsRegistry => Registry is not null && LayoutPath is null && ArchivePath is null;

    /// <summary>The repository with its registry, for names; images that are not pushed have the registry that engines assume.</summary>
    /// <exception cref="CodedException">BPT5014: registry, repository or a tag cannot be one.</exception>
    public ImageReference Name()
    {
        if (Tags.Count == 0) throw TaskErrors.BadValue("ContainerImageTags", "", "a tag, or several separated by semicolons");
        string? badTag = Tags.FirstOrDefault(static tag => !ImageReference.IsTag(tag));
        if (badTag is not null) throw TaskErrors.BadValue("ContainerImageTag", badTag, "letters, digits, '_', '.' and '-', at most 128");
        if (!ImageReference.TryParse($"{Registry ?? ImageReference.DockerHub}/{Repository}", out ImageReference? name))
            throw TaskErrors.BadValue("ContainerRegistry", Registry!, "a registry's host, with a port where it has one, such as registry.example.com or localhost:5000");
        return name;
    }
}

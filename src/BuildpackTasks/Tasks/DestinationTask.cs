using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>What the tasks share that know where the image goes.</summary>
public abstract class DestinationTask : LifecycleTask
{
    /// <summary>What messages call the project.</summary>
    [Required]
    public string Project { get; set; } = "";

    /// <summary><c>LocalRegistry</c>: <c>Docker</c> or <c>Podman</c>; empty for whichever runs.</summary>
    public string? LocalRegistry { get; set; }

    /// <summary><c>ImageLayoutPath</c>: the OCI layout to write; empty for none.</summary>
    public string? LayoutPath { get; set; }

    /// <summary><c>ContainerArchiveOutputPath</c>: the archive to write; empty for none.</summary>
    public string? ArchivePath { get; set; }

    /// <summary><c>ContainerRepository</c>: the repository's path.</summary>
    [Required]
    public string Repository { get; set; } = "";

    /// <summary><c>ContainerImageTag</c> and <c>ContainerImageTags</c>, separated by semicolons.</summary>
    public string? Tags { get; set; }

    /// <summary><c>ContainerImageFormat</c>: <c>OCI</c> or <c>Docker</c>; empty for OCI.</summary>
    public string? Format { get; set; }

    /// <summary>The OCI layout to write where nothing is set and no engine runs, as an absolute path.</summary>
    [Required]
    public string DefaultLayoutPath { get; set; } = "";

    private protected DestinationSettings Destination() => new()
    {
        Registry = Registry.OrNull(),
        LocalRegistry = LocalRegistry.OrNull(),
        LayoutPath = LayoutPath.OrNull(),
        ArchivePath = ArchivePath.OrNull(),
        Repository = DotNet.RepositoryName.Normalize(Repository),
        Tags = [.. ItemValues.Split(Tags).Distinct(StringComparer.Ordinal)],
        Format = ImageFormat(),
        ProjectDirectory = ProjectDirectory,
        DefaultLayoutPath = Path.TrimEndingDirectorySeparator(DefaultLayoutPath),
    };

    private ImageFormat ImageFormat() => Format.OrNull() switch
    {
        null => Oci.ImageFormat.Oci,
        var format when format.Equals("OCI", StringComparison.OrdinalIgnoreCase) => Oci.ImageFormat.Oci,
        var format when format.Equals("Docker", StringComparison.OrdinalIgnoreCase) => Oci.ImageFormat.Docker,
        var format => throw TaskErrors.BadValue("ContainerImageFormat", format, "OCI or Docker"),
    };
}

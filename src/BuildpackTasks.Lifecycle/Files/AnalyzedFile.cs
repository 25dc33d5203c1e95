using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>analyzed.toml</c>: what exists already (platform specification, "analyzed.toml"). Analysis writes it; detection and build read
/// the run image's facts from it, restore the previous image's metadata, export both.
/// </summary>
/// <param name="RunImage">What the image will be stacked on.</param>
/// <param name="PreviousImage">The image to reuse layers from, pinned to its digest, or null where there is none.</param>
/// <param name="PreviousMetadata">What that image says of its layers, or null where it says nothing that can be used.</param>
public sealed record AnalyzedFile(AnalyzedRunImage RunImage, string? PreviousImage, LifecycleMetadata? PreviousMetadata)
{
    // The specification's tables have no place for the run image's config, which buildpacks here may look at.
    private const string Addition = "buildpacktasks";

    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<AnalyzedFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.AnalyzedFile, "AnalyzeImage", cancellationToken);
        TableReader runImage = file.Sub("run-image");
        TableReader target = runImage.Sub("target");
        TableReader? config = runImage.OptionalSub(Addition);
        return new AnalyzedFile(
            new AnalyzedRunImage(runImage.Text("image"), runImage.Text("reference"), new RunImageFacts
            {
                Platform = new Platform(target.Text("os"), target.Text("arch"), target.OptionalText("arch-variant"), config?.OptionalText("os-version")),
                DistributionName = target.OptionalSub("distro")?.OptionalText("name"),
                DistributionVersion = target.OptionalSub("distro")?.OptionalText("version"),
                Environment = config?.OptionalSub("environment")?.AllTexts() ?? new Dictionary<string, string>(),
                User = config?.OptionalText("user"),
            },
            (config?.OptionalSub("fingerprints")?.AllTexts() ?? new Dictionary<string, string>()).ToDictionary(static layer => Digest.Parse(layer.Key), static layer => Digest.Parse(layer.Value))),
            file.OptionalSub("image")?.OptionalText("reference"),
            file.OptionalSub("metadata") is { } metadata ? LifecycleMetadata.FromToml(metadata) : null);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        var file = new TomlTable();
        if (PreviousImage is not null) file["image"] = new TomlTable { ["reference"] = PreviousImage };
        if (PreviousMetadata is not null) file["metadata"] = PreviousMetadata.ToToml();
        file["run-image"] = new TomlTable
        {
            ["image"] = RunImage.Name,
            ["reference"] = RunImage.Reference,
            ["target"] = Target(RunImage.Facts),
            [Addition] = Config(RunImage),
        };
        return StateFile.WriteAsync(directory.AnalyzedFile, file, cancellationToken);
    }

    private static TomlTable Target(RunImageFacts facts)
    {
        var target = new TomlTable { ["os"] = facts.Platform.Os, ["arch"] = facts.Platform.Architecture };
        if (facts.Platform.Variant is not null) target["arch-variant"] = facts.Platform.Variant;
        var distro = new TomlTable();
        if (facts.DistributionName is not null) distro["name"] = facts.DistributionName;
        if (facts.DistributionVersion is not null) distro["version"] = facts.DistributionVersion;
        if (distro.Count > 0) target["distro"] = distro;
        return target;
    }

    private static TomlTable Config(AnalyzedRunImage runImage)
    {
        RunImageFacts facts = runImage.Facts;
        var config = new TomlTable();
        if (facts.User is not null) config["user"] = facts.User;
        if (facts.Platform.OsVersion is not null) config["os-version"] = facts.Platform.OsVersion;
        var environment = new TomlTable();
        foreach ((string name, string value) in facts.Environment.OrderBy(static variable => variable.Key, StringComparer.Ordinal)) environment.Add(name, value);
        if (environment.Count > 0) config["environment"] = environment;
        var fingerprints = new TomlTable();
        foreach ((Digest diffId, Digest fingerprint) in runImage.Fingerprints) fingerprints.Add(diffId.ToString(), fingerprint.ToString());
        if (fingerprints.Count > 0) config["fingerprints"] = fingerprints;
        return config;
    }
}

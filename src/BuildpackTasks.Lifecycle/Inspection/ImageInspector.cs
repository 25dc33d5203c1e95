using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds out what images hold: those of this lifecycle and of others in detail, any other as far as it goes. Nothing in an image keeps
/// the rest of it from being shown; what cannot be read is noted.
/// </summary>
public sealed class ImageInspector
{
    private const string ProjectLabel = "io.buildpacks.project.metadata";
    private const string ExecutionEnvironmentLabel = "io.buildpacks.exec-env";
    private const string DebianPackagesLayer = "debian-packages";

    /// <summary>Tells what the system layers hold; null where nobody wants to know, since layers have to be fetched for it.</summary>
    public ISystemReader? Systems { get; init; }

    /// <summary>Tells which runtime the app runs on; null where nobody can.</summary>
    public IRuntimeReader? Runtimes { get; init; }

    /// <summary>Tells whether there is a newer run image; null where nobody can.</summary>
    public IRunImageNews? News { get; init; }

    /// <summary>Inspects what a name stands for.</summary>
    /// <param name="name">The name as the user wrote it.</param>
    /// <param name="tagged">What it stands for.</param>
    /// <param name="cancellationToken">Stops the inspection.</param>
    /// <returns>The image, or those of the index in its order.</returns>
    /// <exception cref="LifecycleException">BPT2280: an index lists no image.</exception>
    public async Task<IReadOnlyList<ImageInspection>> InspectAsync(string name, TaggedImage tagged, CancellationToken cancellationToken)
    {
        if (tagged.Images.Count == 0) throw LifecycleErrors.NothingToInspect(name);
        var inspections = new List<ImageInspection>();
        foreach (Image image in tagged.Images)
        {
            ImageInspection inspection = await InspectAsync(name, image, cancellationToken);
            inspections.Add(tagged.IsIndex ? inspection with { IndexDigest = tagged.Descriptor.Digest } : inspection);
        }
        return inspections;
    }

    /// <summary>Inspects an image.</summary>
    /// <param name="name">The image as the user wrote it.</param>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the inspection.</param>
    public async Task<ImageInspection> InspectAsync(string name, Image image, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        IReadOnlyDictionary<string, string> labels = image.Config.Labels;
        LabelReader? layers = LabelReader.Open(labels, LifecycleMetadata.Label, notes);
        LabelReader? build = LabelReader.Open(labels, BuildMetadataLabel.Label, notes);
        (BuildpacksImage? buildpacks, CodedException? obstacle) = Understand(name, image);
        IReadOnlyList<InspectedProcess> processes = Processes(build);
        var inspection = new ImageInspection(name, image)
        {
            IsBuildpacksImage = labels.ContainsKey(LifecycleMetadata.Label),
            ExecutionEnvironment = labels.GetValueOrDefault(ExecutionEnvironmentLabel) ?? layers?.Text("exec-env"),
            RunImage = RunImage(layers),
            Layers = ImageLayerNames.Of(image, layers, buildpacks?.RunImageLayerCount, notes),
            AddedPackages = AddedPackages(layers),
            Buildpacks = Buildpacks(build, layers),
            Extensions = [.. (build?.Subs("extensions") ?? []).Select(Buildpack)],
            Processes = processes,
            LauncherVersion = build?.Sub("launcher")?.Text("version"),
            ProjectJson = LabelReader.Open(labels, ProjectLabel, notes)?.Json,
            Sbom = Digest.TryParse(layers?.Sub("sbom")?.Text("sha"), out Digest sbom) ? sbom : null,
            RebaseObstacle = obstacle,
            Runtime = Runtime(image, buildpacks, notes),
        };
        inspection = inspection with { System = await SystemAsync(name, inspection, notes, cancellationToken) };
        return inspection with
        {
            RunImage = inspection.RunImage is { } runImage ? runImage with { Newer = await NewerAsync(inspection, runImage, cancellationToken) } : null,
            Notes = notes,
        };
    }

    private static (BuildpacksImage? Image, CodedException? Obstacle) Understand(string name, Image image)
    {
        try
        {
            BuildpacksImage read = BuildpacksImage.Read(image, name);
            return (read, read.IsRebasable ? null : LifecycleErrors.NotRebasable(name));
        }
        catch (CodedException e)
        {
            return (null, e);
        }
    }

    private static InspectedRunImage? RunImage(LabelReader? label)
    {
        // Images of old versions of the specification have only the second (platform specification, "rebaser").
        LabelReader? runImage = label?.Sub("runImage"), stack = label?.Sub("stack")?.Sub("runImage");
        if (runImage is null && stack is null) return null;
        string? name = runImage?.Text("image");
        LabelReader? named = name is null ? stack : runImage;
        return new InspectedRunImage(name ?? stack?.Text("image"), runImage?.Text("reference"), named?.Texts("mirrors") ?? [], runImage?.Text("topLayer"));
    }

    private static IReadOnlyList<InspectedBuildpack> Buildpacks(LabelReader? build, LabelReader? layers) => build is not null
        ? [.. build.Subs("buildpacks").Select(Buildpack)]
        : [.. (layers?.Subs("buildpacks") ?? []).Select(static buildpack => new InspectedBuildpack(buildpack.Text("key") ?? "unknown", buildpack.Text("version"), null))];

    private static InspectedBuildpack Buildpack(LabelReader buildpack) => new(buildpack.Text("id") ?? "unknown", buildpack.Text("version"), buildpack.Text("homepage"));

    private static IReadOnlyList<InspectedProcess> Processes(LabelReader? build)
    {
        if (build is null) return [];
        IReadOnlyList<LabelReader> processes = build.Subs("processes");
        // The label of this project names the default apart; the reference marks the process.
        string? chosen = build.Text("buildpack-default-process-type");
        return
        [
            .. processes.Select(process => new InspectedProcess(
                process.Text("type") ?? "unknown",
                process.Texts("command"),
                process.Texts("args"),
                process.Flag("direct"),
                chosen is not null ? process.Text("type") == chosen : process.Flag("default"),
                process.Text("working-dir"),
                process.Text("buildpackID"))),
        ];
    }

    private static IReadOnlyList<InstalledPackage> AddedPackages(LabelReader? label) =>
    [
        .. (from buildpack in label?.Subs("buildpacks") ?? []
            where buildpack.Text("key") == "buildpacktasks/debian-packages"
            from package in buildpack.Sub("layers")?.Sub(DebianPackagesLayer)?.Sub("data")?.Texts("packages") ?? []
            let parts = package.Split(' ', 2)
            where parts.Length == 2
            select new InstalledPackage(parts[0], parts[1])).OrderBy(static package => package.Name, StringComparer.Ordinal),
    ];

    private InspectedRuntime? Runtime(Image image, BuildpacksImage? buildpacks, List<string> notes)
    {
        try
        {
            return Runtimes?.Read(image, buildpacks);
        }
        catch (CodedException e)
        {
            notes.Add($"{e.Code}: {e.Message}");
            return null;
        }
    }

    private async Task<SystemFacts?> SystemAsync(string name, ImageInspection inspection, List<string> notes, CancellationToken cancellationToken)
    {
        if (Systems is null) return null;
        // Without the run image's own layers, what there is.
        ILayer[] layers = [.. inspection.RunImageLayers.Select(static layer => layer.Layer)];
        if (layers.Length == 0) layers = [.. inspection.Layers.Where(static layer => layer.Kind == InspectedLayerKind.Unknown).Select(static layer => layer.Layer)];
        if (layers.Length == 0) return null;
        try
        {
            return await Systems.ReadAsync(layers, name, cancellationToken);
        }
        catch (CodedException e)
        {
            notes.Add($"The packages of the operating system could not be read. {e.Code}: {e.Message}");
            return null;
        }
    }

    private async Task<Availability> NewerAsync(ImageInspection inspection, InspectedRunImage runImage, CancellationToken cancellationToken)
    {
        if (runImage.Name is not { } name) return Availability.Unknown("the image does not say what its run image is");
        if (News is null) return runImage.Newer;
        try
        {
            return await News.AskAsync(
                new RunImageQuestion(name, runImage.Reference, inspection.Image.Config.Platform, [.. inspection.RunImageLayers.Select(static layer => layer.Layer.DiffId)], inspection.System),
                cancellationToken);
        }
        catch (CodedException e)
        {
            return Availability.Unknown($"{e.Code}: {e.Message.TrimEnd('.')}");
        }
    }
}

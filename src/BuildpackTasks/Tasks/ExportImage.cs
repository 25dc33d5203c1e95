using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildpackTasks;

/// <summary>Makes the image of what the phases before left, and puts it where the properties say. Leaves <c>report.toml</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExportImage : DestinationTask
{
    /// <summary>The publish directory, as an absolute path.</summary>
    [Required]
    public string AppDirectory { get; set; } = "";

    /// <summary><c>ContainerUser</c>: who the process runs as; empty for the run image's own choice.</summary>
    public string? User { get; set; }

    /// <summary>The <c>ContainerEnvironmentVariable</c> items.</summary>
    public ITaskItem[] EnvironmentVariables { get; set; } = [];

    /// <summary>The <c>ContainerLabel</c> items; metadata <c>Value</c>. They win over the generated ones.</summary>
    public ITaskItem[] Labels { get; set; } = [];

    /// <summary>What labels are generated from, and their switches, as metadata.</summary>
    [Required]
    public ITaskItem LabelFacts { get; set; } = null!;

    /// <summary>The <c>ContainerPort</c> items.</summary>
    public ITaskItem[] Ports { get; set; } = [];

    /// <summary><c>ContainerAppCommandInstruction</c>: <c>Entrypoint</c>, <c>DefaultArgs</c> or <c>None</c>; empty for Entrypoint.</summary>
    public string? AppCommandInstruction { get; set; }

    /// <summary>The <c>ContainerAppCommand</c> items.</summary>
    public ITaskItem[] AppCommand { get; set; } = [];

    /// <summary>The <c>ContainerAppCommandArgs</c> items.</summary>
    public ITaskItem[] AppCommandArguments { get; set; } = [];

    /// <summary>The <c>ContainerDefaultArgs</c> items.</summary>
    public ITaskItem[] DefaultArguments { get; set; } = [];

    /// <summary>The <c>ImageProcess</c> items; metadata <c>Command</c>, <c>Arguments</c> (each separated by semicolons), <c>WorkingDirectory</c>.</summary>
    public ITaskItem[] Processes { get; set; } = [];

    /// <summary><c>ImageDefaultProcess</c>: which process starts; empty for the app's.</summary>
    public string? DefaultProcess { get; set; }

    /// <summary><c>LauncherMode</c>: <c>Auto</c>, <c>Always</c> or <c>Never</c>; empty for Auto.</summary>
    public string? LauncherMode { get; set; }

    /// <summary><c>LauncherImage</c>: the image whose launcher is taken; empty for that of a builder, or this package's own.</summary>
    public string? LauncherImage { get; set; }

    /// <summary>Where NuGet has the packages with parts of .NET; metadata <c>Version</c> and <c>PackageDirectory</c>.</summary>
    public ITaskItem[] ResolvedPacks { get; set; } = [];

    /// <summary><c>ImageExecutionEnvironment</c>: what the image is for; empty for <c>production</c>.</summary>
    public string? ExecutionEnvironment { get; set; }

    /// <summary>What tells images apart whose layers are kept for the next build: their name and platform.</summary>
    [Required]
    public string ImageName { get; set; } = "";

    /// <summary>Whether the image is one platform's of several: then it is kept in the layer cache, for <see cref="ExportImageIndex"/>.</summary>
    public bool IsPlatform { get; set; }

    /// <summary>Whether this is the try after one that relied on layers that were gone.</summary>
    public bool IsSecondTry { get; set; }

    /// <summary>Whether nothing was published, since layers that were relied on are gone: all phases have to run again, and will rely on none.</summary>
    [Output]
    public bool MustPublishAgain { get; set; }

    /// <summary>The image that was published.</summary>
    [Output]
    public ITaskItem[] PublishedImage { get; set; } = [];

    /// <inheritdoc/>
    private protected override async System.Threading.Tasks.Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        PreviousImage? previous = PreviousImage.Of(analyzed);
        try
        {
            await ExportAsync(session, analyzed, previous, cancellationToken);
        }
        catch (CodedException e) when (IsLoss(e) && previous is not null && !IsSecondTry && !IsPlatform)
        {
            await session.NoteBrokenAsync(State, cancellationToken);
            session.Note($"{Project}: the registry has lost layers of {previous.Reference}; they are made again");
            MustPublishAgain = true;
        }
    }

    private async System.Threading.Tasks.Task ExportAsync(ImageSession session, AnalyzedFile analyzed, PreviousImage? previous, CancellationToken cancellationToken)
    {
        DestinationSettings settings = Destination();
        LayerCache cache = session.CacheKnowing(previous);
        ResolvedImage runImage = await session.ReopenRunImageAsync(analyzed, cancellationToken);
        Destination? destination = IsPlatform ? null : await BuildpackTasks.Destination.ChooseAsync(settings, session.Registries, cache, cancellationToken);

        var exporter = new Exporter(State, cache)
        {
            // A builder's launcher is a small program of its own.
            Launcher = async token => await new Launchers(LauncherImage.OrNull() ?? (await OrderFile.ReadAsync(State, token)).LauncherImage, ResolvedPacks, ProjectDirectory)
                .FindAsync(session, analyzed.RunImage.Facts.Platform, token),
            PreviousImage = token => session.PreviousImageAsync(previous, analyzed.RunImage.Facts.Platform, token),
        };
        ExportedImage exported = await exporter.ExportAsync(runImage, PrivateApp.Find(State, Path.TrimEndingDirectorySeparator(AppDirectory)), ExportSettings(runImage, destination?.Format ?? settings.Format, LabelItems.Created(LabelFacts)), cancellationToken);
        foreach (ExportedLayer layer in exported.Layers) session.Name([layer.Layer], layer.Title);
        session.NoteMade(exported.Layers.Where(static layer => layer.IsShareable).Select(static layer => layer.Layer));
        long inherited = runImage.Image.Layers.Sum(static layer => layer.Descriptor.Size);
        Say($"  {$"run image ({runImage.Image.Layers.Count} layers)",-24} {ByteSize.Format(inherited),10}  reused");
        foreach (ExportedLayer layer in exported.Layers) Say($"  {layer.Title,-24} {ByteSize.Format(layer.Layer.Descriptor.Size),10}  {(layer.Layer.Created ? "created" : "reused")}");

        // The next build asks for it again, and reads it here.
        await new CachedImages(cache.Content).KeepAsync(exported.Image, cancellationToken);
        if (destination is null)
        {
            await KeepAsync(session, cache, exported.Image, settings.IsRegistry, cancellationToken);
            await Report(session, exported, analyzed, new TransferCount(), []).WriteAsync(State, cancellationToken);
            return;
        }
        var transfers = new TransferCount();
        await destination.Store.WriteAsync(exported.Image, settings.Tags, transfers, cancellationToken);
        if (transfers.Missed > 0) session.Note($"{destination.Shown} no longer had {transfers.Missed} of the blobs that an image there names; they were put there again.");
        await session.NoteWholeAsync(exported.Image.Digest, cancellationToken);
        await KeepAsync(session, cache, exported.Image, settings.IsRegistry, cancellationToken);
        await Report(session, exported, analyzed, transfers, [.. settings.Tags.Select(tag => $"{destination.Shown}:{tag}")]).WriteAsync(State, cancellationToken);
        await session.ShareAsync(destination.Store as RegistryStore, exported.Image.Digest, cancellationToken);
        if (exported.Layers.Any(static layer => layer.Layer.Created)) await cache.TrimAsync(cancellationToken);

        string reference = $"{destination.Shown}:{settings.Tags[0]}@{exported.Image.Digest}";
        PublishedImage = [Item(reference, settings, exported.Image)];
        Detail(transfers.ToString());
        // Of all that tasks say, MSBuild's terminal logger shows a line of this form only: as what came of the project.
        Say($"{Project} -> {reference}");
        Say($"{destination.Done}: {reference}");
        if (destination.Run is { } run) Say($"Run it: {run(exported.Image.Config.ExposedPorts)}");
    }

    // The image is where it goes; the next build only takes longer without them (platform specification, "exporter").
    private async System.Threading.Tasks.Task KeepAsync(ImageSession session, LayerCache cache, Image image, bool isReadBack, CancellationToken cancellationToken)
    {
        try
        {
            if (!isReadBack) await new RememberedImage(cache, ImageName).WriteAsync(image, cancellationToken);
            await new BuildpackLayerCache(cache, ImageName).KeepAsync(State, await MetadataFile.ReadAsync(State, cancellationToken), cancellationToken);
        }
        catch (CodedException e)
        {
            session.Note($"{Project}: the layers that buildpacks want to find again were not kept: {e.Message}");
        }
    }

    private static ReportFile Report(ImageSession session, ExportedImage exported, AnalyzedFile analyzed, TransferCount transfers, IReadOnlyList<string> tags) =>
        ReportFile.Of(exported, analyzed, session.Origins, transfers.Kinds, tags) with { Notes = session.Notes, Phases = session.TakePhases() };

    private ExportSettings ExportSettings(ResolvedImage runImage, ImageFormat format, DateTimeOffset? created) => new()
    {
        User = User.OrNull() ?? UserOf(runImage.Image),
        Environment = [.. EnvironmentVariables.Select(static item => new EnvironmentVariable(item.ItemSpec, item.GetMetadata("Value"), EnvironmentAction.Override))],
        Labels = LabelItems.Labels(LabelFacts, Labels, runImage, created),
        Created = created,
        Ports = [.. Ports.Select(static port => DotNet.ContainerPort.Parse(port.ItemSpec, port.Value("Type")).ToString())],
        Command = new ImageCommand
        {
            Instruction = Instruction(),
            Command = AppCommand.Length == 0 ? null : Texts(AppCommand),
            CommandArguments = Texts(AppCommandArguments),
            DefaultArguments = DefaultArguments.Length == 0 ? null : Texts(DefaultArguments),
        },
        Processes = [.. Processes.Select(Process)],
        DefaultProcess = DefaultProcess.OrNull() is { } type ? ProcessType.Parse(type) : null,
        LauncherMode = Launchers.Mode(LauncherMode.OrNull()),
        ExecutionEnvironment = ExecutionEnvironment.OrNull() ?? "production",
        ProjectMetadata = LabelItems.ProjectMetadata(LabelFacts),
        Format = format,
    };

    // Microsoft's images name the user that they have for apps in this variable and leave the choice to who builds on them.
    private static string? UserOf(Image runImage) =>
        runImage.Config.User ?? runImage.Config.Environment.LastOrDefault(static variable => variable.Key == "APP_UID").Value.OrNull();

    private CommandInstruction Instruction() => AppCommandInstruction.OrNull() is not { } text ? CommandInstruction.Entrypoint
        : Enum.TryParse(text, ignoreCase: true, out CommandInstruction instruction) && Enum.IsDefined(instruction) ? instruction
        : throw TaskErrors.BadValue("ContainerAppCommandInstruction", text, $"one of {string.Join(", ", Enum.GetNames<CommandInstruction>())}");

    private static Process Process(ITaskItem item) => new(
        ProcessType.Parse(item.ItemSpec),
        ItemValues.Split(item.GetMetadata("Command")) is { Count: > 0 } command ? command : throw TaskErrors.BadItem("ImageProcess", item.ItemSpec, "set its Command metadata to what is executed"),
        ItemValues.Split(item.GetMetadata("Arguments")),
        Default: false,
        item.Value("WorkingDirectory"));

    private TaskItem Item(string reference, DestinationSettings settings, Image image) => new(reference, new Dictionary<string, string>
    {
        ["Reference"] = reference,
        ["Digest"] = image.Digest.ToString(),
        ["Tags"] = string.Join(';', settings.Tags),
        ["MediaType"] = image.Descriptor.MediaType,
        ["Platform"] = image.Config.Platform.ToString(),
        ["Report"] = State.ReportFile,
    });

    private static string[] Texts(ITaskItem[] items) => [.. items.Select(static item => item.ItemSpec)];
}

using System.Globalization;
using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace BuildpackTasks;

/// <summary>Says what images hold, and whether they could be rebased: as text in the log, as JSON, and as items.</summary>
[MSBuildMultiThreadableTask]
public sealed class InspectImage : LifecycleTask
{
    private const int Concurrency = 4;

    /// <summary><c>Image</c>: the images, separated by semicolons: references, or <c>oci:DIR[:TAG]</c> and its like.</summary>
    public string? Image { get; set; }

    /// <summary><c>InspectOutput</c>: the file that gets the answer as JSON; <c>-</c> for the log, in place of the text; empty for none.</summary>
    public string? InspectOutput { get; set; }

    /// <summary>
    /// <c>InspectPackages</c>: <c>true</c> lists the packages of the operating system in the text too; <c>false</c> does without them, so
    /// that no layer is fetched; empty counts them.
    /// </summary>
    public string? InspectPackages { get; set; }

    /// <summary>The SDK's <c>KnownFrameworkReference</c> items: the newest patches that it knows.</summary>
    public ITaskItem[] KnownFrameworks { get; set; } = [];

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary>One item for each platform of each image: its pinned name; metadata as docs/inspect.md lists them.</summary>
    [Output]
    public ITaskItem[] InspectedImage { get; set; } = [];

    /// <inheritdoc/>
    private protected override bool IsPhase => false;

    /// <inheritdoc/>
    private protected override Task<CredentialTargets> CredentialTargetsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(CredentialTargets.Of(Registry.OrNull(), [], CredentialTargets.RegistriesOf(ItemValues.Split(Image))));

    // There is no build whose state could be wrong.
    /// <inheritdoc/>
    private protected override IEnumerable<ImageDirectory> States => [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        string[] names = [.. ItemValues.Split(Image).Distinct(StringComparer.Ordinal)];
        if (names.Length == 0) throw TaskErrors.NoImageNamed();
        bool? lists = InspectPackages.OrNull() is not { } value ? null : bool.TryParse(value, out bool set) ? set : throw TaskErrors.BadValue("InspectPackages", value, "true or false");
        ImageInspector inspector = Inspector(session, lists != false);

        var results = new InspectionResult[names.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, names.Length),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (index, token) => results[index] = await InspectAsync(inspector, session, names[index], token));

        string? json = InspectOutput.OrNull() is null ? null : InspectionJson.Write(results);
        if (InspectOutput.OrNull() == "-") Say(json!.TrimEnd('\n'));
        else Tell(results, lists == true);
        if (InspectOutput.OrNull() is { } file and not "-") await WholeFile.WriteAsync(Path.GetFullPath(file, ProjectDirectory), json!, cancellationToken);
        InspectedImage = [.. results.SelectMany(result => result.Inspections.Select(inspection => Item(inspection, ProjectDirectory)))];
        foreach (InspectionResult result in results)
        {
            if (result.Error is { } error) Report(error);
        }
    }

    private ImageInspector Inspector(ImageSession session, bool readsSystem) => new()
    {
        Systems = readsSystem ? new Debian.DebianSystemReader(session.CacheKnowing(null)) : null,
        Runtimes = new DotNetRuntimeReader(AppItems.KnownRuntimes(KnownFrameworks)),
        News = new RunImageNews(session, DebianMirror.OrNull(), DebianKeyring.AbsolutePaths(ProjectDirectory), Details),
    };

    // What is wrong with one image is said of that one, and the others are inspected all the same.
    private async Task<InspectionResult> InspectAsync(ImageInspector inspector, ImageSession session, string name, CancellationToken cancellationToken)
    {
        try
        {
            ImageLocation location = ImageLocation.Parse(name, ProjectDirectory);
            TaggedImage tagged = await InspectedStore.ReadAsync(location, session, cancellationToken) ?? throw TaskErrors.ImageNotFound(name);
            return new InspectionResult(name, await inspector.InspectAsync(name, tagged, cancellationToken), null);
        }
        catch (CodedException e)
        {
            return new InspectionResult(name, [], e);
        }
    }

    private void Tell(IEnumerable<InspectionResult> results, bool listsPackages)
    {
        foreach (ImageInspection inspection in results.SelectMany(static result => result.Inspections))
        {
            foreach (string line in InspectionText.Lines(inspection, listsPackages)) Say(line);
        }
    }

    // Metadata of items is read by scripts and by conditions: an empty text is what is not known.
    private static TaskItem Item(ImageInspection inspection, string directory) => new(
        ImageLocation.Parse(inspection.Name, directory).Pinned(inspection.Image.Digest),
        new Dictionary<string, string>
        {
            ["Image"] = inspection.Name,
            ["Digest"] = inspection.Image.Digest.ToString(),
            ["IndexDigest"] = inspection.IndexDigest?.ToString() ?? "",
            ["MediaType"] = inspection.Image.Descriptor.MediaType,
            ["Platform"] = inspection.Image.Config.Platform.ToString(),
            ["Size"] = inspection.Size.ToString(CultureInfo.InvariantCulture),
            ["Layers"] = inspection.Layers.Count.ToString(CultureInfo.InvariantCulture),
            ["RunImage"] = Safe(inspection.RunImage?.Name),
            ["RunImageReference"] = Safe(inspection.RunImage?.Reference),
            ["NewerRunImage"] = inspection.RunImage is { } runImage ? InspectionJson.Answer(runImage.Newer) : "unknown",
            ["Rebasable"] = inspection.RebaseObstacle is null ? "true" : "false",
            ["RebaseObstacle"] = inspection.RebaseObstacle is { } obstacle ? Safe($"{obstacle.Code}: {obstacle.Message}") : "",
            ["RuntimeVersion"] = Safe(inspection.Runtime?.Version),
            ["NewerRuntime"] = inspection.Runtime is { } runtime ? InspectionJson.Answer(runtime.Newer) : "unknown",
            ["NewestRuntimeVersion"] = inspection.Runtime is { } known ? known.Newer.Found ?? known.Version ?? "" : "",
            ["OperatingSystem"] = Safe($"{inspection.System?.DistributionName} {inspection.System?.DistributionVersion}".Trim()),
            ["Packages"] = inspection.System is { } system ? (system.Packages.Count + inspection.AddedPackages.Count).ToString(CultureInfo.InvariantCulture) : "",
            ["DefaultProcess"] = Safe(inspection.Processes.FirstOrDefault(static process => process.IsDefault)?.Type),
        });

    private static string Safe(string? text) => text is null ? "" : ShownText.Line(text, 1000);
}

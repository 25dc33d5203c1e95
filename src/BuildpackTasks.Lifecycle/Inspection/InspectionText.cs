using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>An inspection as lines for people. What comes out of the image is shown so that a terminal neither obeys nor hides any of it.</summary>
public static class InspectionText
{
    // Enough for all that images have; a label can list more.
    private const int MaxLines = 200;
    private const int Column = 14;

    /// <summary>The lines.</summary>
    /// <param name="inspection">What was found out.</param>
    /// <param name="listsPackages">Whether packages are listed, or only counted.</param>
    public static IReadOnlyList<string> Lines(ImageInspection inspection, bool listsPackages)
    {
        Image image = inspection.Image;
        List<string> lines = [$"{ShownText.Line(inspection.Name)} for {ShownText.Line(image.Config.Platform.ToString())}"];
        lines.Add(Row("digest", image.Digest.ToString()));
        if (inspection.IndexDigest is { } index) lines.Add(Row("index", index.ToString()));
        if (image.Config.Created is { } created) lines.Add(Row("created", created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        if (inspection.ExecutionEnvironment is { } environment) lines.Add(Row("made for", Shown(environment)));
        lines.Add(Row("size", $"{Bytes(inspection.Size)} in {Count(inspection.Layers.Count, "layer")}"));
        lines.AddRange(RunImage(inspection));
        lines.Add(Row("rebase", inspection.RebaseObstacle is { } obstacle ? $"no: {obstacle.Code}: {Shown(obstacle.Message, 1000)}" : "yes"));
        lines.AddRange(System(inspection, listsPackages));
        if (inspection.Runtime is { } runtime) lines.AddRange(Runtime(runtime));
        lines.AddRange(List("buildpack", inspection.Buildpacks, Buildpack));
        lines.AddRange(List("extension", inspection.Extensions, Buildpack));
        if (inspection.LauncherVersion is { } launcher) lines.Add(Row("launcher", Shown(launcher)));
        lines.AddRange(List("process", inspection.Processes, Process));
        if (inspection.Processes.Count == 0 && image.Config.Entrypoint.Concat(image.Config.Command).ToArray() is { Length: > 0 } start) lines.Add(Row("starts", CommandLine(start)));
        if (inspection.ProjectJson is { Length: > 2 } project) lines.Add(Row("project", Shown(project, 500)));
        lines.AddRange(List("layer", inspection.Layers, Layer));
        lines.AddRange(List("note", inspection.Notes, static note => Shown(note, 1000)));
        return lines;
    }

    private static IEnumerable<string> RunImage(ImageInspection inspection)
    {
        if (inspection.RunImage is not { } runImage)
        {
            yield return Row("run image", "the image does not say");
            yield break;
        }
        yield return Row("run image", Shown(runImage.Name ?? "the image does not say its name"));
        if (runImage.Reference is { } reference) yield return Row("", Shown(reference));
        if (inspection.RunImageLayers.ToArray() is { Length: > 0 } layers) yield return Row("", $"{Bytes(layers.Sum(static layer => layer.Layer.Descriptor.Size))} in {Count(layers.Length, "layer")}");
        yield return Row("", $"newer: {Answer(runImage.Newer)}");
        foreach (PackageChange package in runImage.Newer.Packages.Take(MaxLines))
            yield return Row("", $"  {Shown(package.Name)} {Shown(package.Before ?? "(new)")} -> {Shown(package.After ?? "(gone)")}");
    }

    private static IEnumerable<string> System(ImageInspection inspection, bool listsPackages)
    {
        if (inspection.System is { } system)
        {
            string[] parts = [.. new[] { Name(system), system.CLibrary }.OfType<string>().Select(static part => Shown(part)), Count(system.Packages.Count, "package")];
            yield return Row("system", string.Join(", ", parts));
            if (listsPackages)
            {
                foreach (InstalledPackage package in system.Packages) yield return Row("", $"  {Shown(package.Name)} {Shown(package.Version)}");
            }
        }
        if (inspection.AddedPackages.Count == 0) yield break;
        yield return Row("added", Count(inspection.AddedPackages.Count, "package"));
        if (!listsPackages) yield break;
        foreach (InstalledPackage package in inspection.AddedPackages) yield return Row("", $"  {Shown(package.Name)} {Shown(package.Version)}");
    }

    private static string? Name(SystemFacts system) => system.DistributionName is null ? null : $"{system.DistributionName} {system.DistributionVersion}".TrimEnd();

    private static IEnumerable<string> Runtime(InspectedRuntime runtime)
    {
        string origin = runtime.Origin switch { "layer" => "in a layer of its own", "app" => "in the app's own layers", _ => "of the run image" };
        yield return Row("runtime", $"{Shown(runtime.Name)} {(runtime.Version is { } version ? Shown(version) + ", " : "")}{origin}");
        foreach ((string part, string partVersion) in runtime.Parts) yield return Row("", $"  {Shown(part)} {Shown(partVersion)}");
        yield return Row("", $"newer: {Answer(runtime.Newer)}");
    }

    private static string Answer(Availability newer) => newer switch
    {
        { IsNewer: true } => $"yes, {Shown(newer.Found!, 400)}",
        { IsNewer: false, Reason: null } => "no",
        { IsNewer: false } => $"no, {Shown(newer.Reason, 400)}",
        _ => $"unknown, {Shown(newer.Reason!, 400)}",
    };

    private static string Buildpack(InspectedBuildpack buildpack) =>
        string.Join(' ', new[] { buildpack.Id, buildpack.Version, buildpack.Homepage is null ? null : $"({buildpack.Homepage})" }.OfType<string>().Select(static part => Shown(part)));

    private static string Process(InspectedProcess process) =>
        $"{Shown(process.Type)}{(process.IsDefault ? " (default)" : "")}: {CommandLine([.. process.Command, .. process.Arguments])}{(process.WorkingDirectory is { } directory ? $" in {Shown(directory)}" : "")}";

    private static string CommandLine(IReadOnlyList<string> command) => Shown(string.Join(' ', command.Select(static part => part.Length == 0 || part.Contains(' ', StringComparison.Ordinal) ? $"'{part}'" : part)), 500);

    private static string Layer(InspectedLayer layer)
    {
        string row = $"{Bytes(layer.Layer.Descriptor.Size),10}  {layer.Layer.Descriptor.Digest.ToString()[..19]}  {Shown(layer.Name)}";
        // The others are named already.
        return layer is { CreatedBy: { } by, Kind: InspectedLayerKind.App or InspectedLayerKind.Unknown } ? $"{row} ({Shown(by, 80)})" : row;
    }

    private static IEnumerable<string> List<T>(string title, IReadOnlyList<T> items, Func<T, string> line)
    {
        for (int index = 0; index < Math.Min(items.Count, MaxLines); index++) yield return Row(index == 0 ? items.Count == 1 ? title : Plural(title) : "", line(items[index]));
        if (items.Count > MaxLines) yield return Row("", $"and {items.Count - MaxLines} more");
    }

    private static string Row(string title, string text) => $"  {title.PadRight(Column)}{text}";

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {Plural(what)}");

    private static string Plural(string what) => what.EndsWith('s') ? what + "es" : what + "s";

    private static string Shown(string text, int maxLength = 200) => ShownText.Line(text, maxLength);

    private static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
    };
}

using System.Text;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The layers of an image that has a launcher, above the app's: the launcher itself, what it reads, and a link to it for each
/// process (platform specification, "exporter").
/// </summary>
internal static class LauncherLayers
{
    /// <summary>Where the links are: <c>/cnb/process/TYPE</c>.</summary>
    public const string ProcessDirectory = "/cnb/process";

    /// <summary>What stands in <c>PATH</c> before everything else, so that each process can be started by its type.</summary>
    public const string SearchPath = ProcessDirectory + ":/cnb/lifecycle";

    // A process that the user added has no buildpack, and launchers look one up to know how its arguments are meant.
    private const string ProjectBuildpack = "buildpacktasks/project";

    /// <summary>Lists the layers, the lowest first.</summary>
    public static IEnumerable<PlannedLayer> Plan(LauncherFiles launcher, MetadataFile metadata, IReadOnlyList<BuiltProcess> processes)
    {
        yield return new PlannedLayer(PlannedLayerKind.Launcher, "launcher", "Buildpacks Application Launcher", LayerContents.Create(launcher.Entries), IsShareable: true);
        LayerEntry config = LayerEntry.ForFile(
            $"{Builder.ImageLayersDirectory[1..]}/config/metadata.toml", FileContent.FromBytes(Encoding.UTF8.GetBytes(TomlWriter.Write(Config(metadata, processes)))));
        yield return new PlannedLayer(PlannedLayerKind.LauncherConfig, "launcher config", "Buildpacks Launcher Config", LayerContents.Create([config]), IsShareable: false);
        if (processes.Count == 0) yield break;
        IEnumerable<LayerEntry> links = processes.Select(static built => LayerEntry.ForSymbolicLink($"{ProcessDirectory[1..]}/{built.Process.Type}", LauncherFiles.Program));
        yield return new PlannedLayer(PlannedLayerKind.ProcessTypes, "process types", "Buildpacks Process Types", LayerContents.Create(links), IsShareable: true);
    }

    private static TomlTable Config(MetadataFile metadata, IReadOnlyList<BuiltProcess> processes)
    {
        var buildpacks = new TomlArray(metadata.Buildpacks.Select(static buildpack => Buildpack(buildpack.Id.ToString(), buildpack.Version, buildpack.Api)));
        if (processes.Any(static built => built.Buildpack is null)) buildpacks.Add(Buildpack(ProjectBuildpack, "0", BuildpackApi.Supported[^1].Version));
        return new TomlTable
        {
            ["buildpacks"] = buildpacks,
            ["processes"] = new TomlArray(processes.Select(static built => ProcessTable.Of(built with { Buildpack = built.Buildpack ?? BuildpackId.Parse(ProjectBuildpack) }, "buildpack-id"))),
        };
    }

    private static TomlTable Buildpack(string id, string version, string api) => new() { ["id"] = id, ["version"] = version, ["api"] = api };
}

using BuildpackTasks.Debian;
using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The buildpacks that the package brings, by their ids.</summary>
internal sealed class BuiltInBuildpacks
{
    private readonly SortedDictionary<string, Func<IBuildpack>> known = new(StringComparer.Ordinal);

    /// <summary>The buildpacks for one build.</summary>
    /// <param name="settings">The properties and items.</param>
    /// <param name="project">What the build says of the app.</param>
    /// <param name="packs">The packages with parts of .NET; needed for the build, not for detection.</param>
    /// <param name="runImage">What the image is stacked on.</param>
    /// <param name="cache">Keeps Debian's packages and indexes, and remembers the digests of files.</param>
    /// <param name="progress">Told of long work.</param>
    public BuiltInBuildpacks(
        AppTask settings, PublishedProject project, IReadOnlyList<ResolvedPack> packs, ResolvedImage runImage, LayerCache cache, IProgress<string> progress)
    {
        known.Add("buildpacktasks/dotnet-runtime", () => new DotNetRuntimeBuildpack(project, packs));
        known.Add("buildpacktasks/dotnet-app", () => new DotNetAppBuildpack(project, packs, cache));
        known.Add("buildpacktasks/debian-packages", () => new DebianPackagesBuildpack(
            [.. settings.DebianPackages.Select(static item => item.ItemSpec)],
            runImage.Image,
            runImage.Name,
            DebianSources.FromMachine(settings.DebianMirror.OrNull(), settings.DebianKeyring.AbsolutePaths(settings.ProjectDirectory)),
            cache,
            TimeProvider.System,
            progress));
    }

    /// <summary>The buildpack with an id.</summary>
    /// <param name="id">The id.</param>
    /// <exception cref="TaskException">BPT5016: there is none.</exception>
    public IBuildpack Create(string id) => known.TryGetValue(id, out Func<IBuildpack>? create) ? create() : throw TaskErrors.UnknownBuildpack(id, known.Keys);
}

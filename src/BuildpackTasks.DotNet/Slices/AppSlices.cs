using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Divides a published app by how often its parts change, from the most to the least stable. What is in no slice is the app
/// itself: its own assemblies and settings, and every file that the build says nothing about.
/// </summary>
public static class AppSlices
{
    /// <summary>The files of .NET itself in a self-contained app.</summary>
    public const string Runtime = "runtime";

    /// <summary>
    /// The program that starts the app, as the SDK made it: it holds the name of the app's assembly and nothing else of the app. The
    /// layer of <see cref="DotNetAppBuildpack"/> with that name holds the same program for an app that was published without one,
    /// so that no image has both.
    /// </summary>
    public const string AppHost = "apphost";

    /// <summary>Files of released packages.</summary>
    public const string Packages = "packages";

    /// <summary>Files of prerelease packages and of other projects: they change more often than released packages, less than the app.</summary>
    public const string EarlyPackages = "early-packages";

    /// <summary>
    /// Files of .NET and of packages that trimming or composite compilation wrote for this app: they change when the app uses
    /// another API of theirs. Apart from the others, they do not take the untouched ones with them.
    /// </summary>
    public const string Trimmed = "trimmed";

    /// <summary>Files that are served over HTTP.</summary>
    public const string Static = "static";

    private const string WebRoot = "wwwroot/";

    /// <summary>The slices of an app; those that would be empty are left out.</summary>
    /// <param name="app">The app.</param>
    public static IReadOnlyList<Slice> Of(PublishedApp app)
    {
        // The build may list a file twice, once with less: the entry that says where the file comes from counts.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (PublishedFile file in app.Project.Files)
        {
            if (SliceOf(file) is { } slice) known.TryAdd(file.Path, slice);
        }

        // A bundle or a native program is the app itself.
        string? appHost = app.Project.IsSingleFile || app.Project.IsNativeAot ? null : app.AppHost;
        var slices = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string path in app.Paths)
        {
            string? slice = path == appHost ? AppHost
                : app.IsWeb && path.StartsWith(WebRoot, StringComparison.Ordinal) ? Static
                : known.GetValueOrDefault(path);
            if (slice is null) continue;
            if (!slices.TryGetValue(slice, out List<string>? members)) slices.Add(slice, members = []);
            members.Add(path);
        }
        return
        [
            .. from name in (string[])[Runtime, AppHost, Packages, EarlyPackages, Trimmed, Static]
               where slices.ContainsKey(name)
               select new Slice(name, slices[name], name == Static ? FileTimes.FromContent : FileTimes.Constant),
        ];
    }

    private static string? SliceOf(PublishedFile file) => file switch
    {
        { IsStaticWebAsset: true } => Static,
        // Other projects' files change with their sources, trimmed or not.
        { IsProjectReference: true } => EarlyPackages,
        { IsTransformed: true, PackageId: not null } => Trimmed,
        { IsRuntimePack: true } => Runtime,
        { PackageId: not null, PackageVersion.IsPrerelease: true } => EarlyPackages,
        { PackageId: not null } => Packages,
        _ => null,
    };
}

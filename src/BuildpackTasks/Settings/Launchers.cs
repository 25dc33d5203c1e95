using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Where the launcher of an image comes from: out of the image that the user names, or from this package.</summary>
/// <param name="image"><c>LauncherImage</c>, or null.</param>
/// <param name="packs">The packages with parts of .NET that NuGet has resolved.</param>
/// <param name="projectDirectory">What relative paths are relative to.</param>
internal sealed class Launchers(string? image, IEnumerable<ITaskItem> packs, string projectDirectory)
{
    private const string HostPack = "Microsoft.NETCore.App.Host.";

    /// <summary>Reads <c>LauncherMode</c>.</summary>
    /// <param name="text">Its value, or null.</param>
    /// <exception cref="TaskException">BPT5014: it is none.</exception>
    public static LauncherMode Mode(string? text) => text is null ? LauncherMode.Auto
        : Enum.TryParse(text, ignoreCase: true, out LauncherMode mode) && Enum.IsDefined(mode) ? mode
        : throw TaskErrors.BadValue("LauncherMode", text, $"one of {string.Join(", ", Enum.GetNames<LauncherMode>())}");

    /// <summary>The launcher, or null where none can be had.</summary>
    /// <param name="session">What this build's tasks share.</param>
    /// <param name="platform">What the image runs on.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CodedException">BPT5024: there is no such image; or why it has no launcher that serves.</exception>
    public async Task<LauncherFiles?> FindAsync(ImageSession session, Platform platform, CancellationToken cancellationToken)
    {
        if (image is not null)
        {
            ImageLocation location = ImageLocation.Parse(image, projectDirectory);
            Image found = location.OpenStore(session.Registries, session.Content) is { } store && await store.ReadAsync(location.Selector, platform, cancellationToken) is { } read ? read
                : throw TaskErrors.LauncherImageNotFound(image, platform);
            return await LauncherImage.ReadAsync(found, image, cancellationToken);
        }
        // Detection asks for it only where the image will have the .NET that the launcher runs on.
        ResolvedPack? pack = packs.Where(static item => item.ItemSpec.StartsWith(HostPack, StringComparison.Ordinal))
            .Select(PackItems.Resolved).FirstOrDefault();
        return pack is null ? null : await DotNetLauncher.CreateAsync(OwnDirectory(), pack, cancellationToken);
    }

    // Tasks that are compiled ahead of time are a directory deeper.
    private static string OwnDirectory()
    {
        string tasks = Path.GetDirectoryName(typeof(Launchers).Assembly.Location)!;
        string beside = Path.Combine(tasks, "launcher");
        return Directory.Exists(beside) ? beside : Path.Combine(Path.GetDirectoryName(tasks)!, "launcher");
    }
}

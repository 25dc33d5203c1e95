using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A build image, unpacked: the system that programs see in place of this machine's own (platform specification, "Build Image"). It is
/// unpacked once into the layer cache, and only read. Its owners are not kept: all of it belongs to the user whom programs run as.
/// </summary>
public sealed class BuildImageRoot
{
    private BuildImageRoot(string directory, Image image)
    {
        Directory = directory;
        Environment = image.Config.Environment.GroupBy(static variable => variable.Key, StringComparer.Ordinal).ToDictionary(static group => group.Key, static group => group.Last().Value);
        string[] user = (image.Config.User ?? "").Split(':');
        // Root of a view could take it apart, and tools would try as root what they may not do.
        User = new ViewUser(
            Id("CNB_USER_ID") ?? Id(user[0]) ?? ViewUser.Default.UserId,
            Id("CNB_GROUP_ID") ?? (user.Length > 1 ? Id(user[1]) : null) ?? ViewUser.Default.GroupId);
    }

    /// <summary>Where it is unpacked.</summary>
    public string Directory { get; }

    /// <summary>The environment that its config sets, <c>PATH</c> and <c>CNB_*</c> among it: what programs inherit.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    internal ViewUser User { get; }

    /// <summary>Unpacks a build image, if that was not done before.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cache">Where it is unpacked to.</param>
    /// <param name="cancellationToken">Stops the unpacking; nothing is left of it then.</param>
    /// <exception cref="LifecycleException">BPT2164: it cannot be unpacked. BPT2165: it is for another platform than this machine.</exception>
    /// <exception cref="OciException">A layer cannot be had, or the cache cannot be written.</exception>
    public static async Task<BuildImageRoot> OpenAsync(Image image, string name, LayerCache cache, CancellationToken cancellationToken)
    {
        if (!BuildpackSources.MachinePlatform.Accepts(image.Config.Platform)) throw LifecycleErrors.BuildImageForOther(name, image.Config.Platform, BuildpackSources.MachinePlatform);
        try
        {
            return new BuildImageRoot(await new UnpackedTrees(cache, UnpackLimits.Image).OfImageAsync(image, cancellationToken), image);
        }
        catch (Exception e) when (e is RefusedEntryException or InvalidDataException)
        {
            throw LifecycleErrors.BadBuildImage(name, e);
        }
    }

    // A number, or the name of a variable that has it.
    private uint? Id(string text) =>
        uint.TryParse(Environment.GetValueOrDefault(text, text), NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id is > 0 and < int.MaxValue ? id : null;
}

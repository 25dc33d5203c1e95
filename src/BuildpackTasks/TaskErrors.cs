using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class TaskErrors
{
    // BPT5001 to BPT5009 are raised by the targets themselves: see docs/errors/tasks.md.

    public static TaskException Cancelled() =>
        new("BPT5010", "The image was not published: the build was cancelled. What was there before is unchanged.");

    public static TaskException AccessDenied(UnauthorizedAccessException e) =>
        new("BPT5011", $"A file cannot be used: {e.Message} Give the user of this build access to it, or set the path elsewhere.", e);

    public static TaskException InputOutput(IOException e) =>
        new("BPT5012", $"Reading or writing a file failed: {e.Message} Free some space or set ImageCacheDirectory and the output to another disk, then publish again.", e);

    public static TaskException Unexpected(Exception e) =>
        new("BPT5013", $"Something unforeseen went wrong: {e.GetType().Name}: {e.Message} Please report it with the output of 'dotnet publish -v:detailed'.", e);

    public static TaskException BadValue(string property, string value, string expected) =>
        new("BPT5014", $"The property {property} is '{value}'; it must be {expected}.");

    public static TaskException BadItem(string item, string value, string expected) =>
        new("BPT5015", $"The {item} item '{value}' cannot be used: {expected}.");

    public static TaskException UnknownBuildpack(string id, IEnumerable<string> known) =>
        new("BPT5016", $"There is no buildpack '{id}'. The built-in ones are {string.Join(", ", known)}; correct the Buildpack item or the Buildpacks property, or write where it is: a directory, an archive, or an image with its registry.");

    public static TaskException RunImageNotFound(string runImage, Platform platform) =>
        new("BPT5017", $"The run image '{runImage}' does not exist. Set RunImage to an image for {platform} that does, or to debian://trixie, which needs no registry.");

    public static TaskException NotPublished(string directory) =>
        new("BPT5018", $"There is nothing to make an image of: '{directory}' does not exist. Publish first: dotnet publish, or leave --no-build out.");

    public static TaskException RunImageGone(string runImage) =>
        new("BPT5020", $"The run image '{runImage}' that was analyzed is gone from where it was or from the layer cache. Publish again.");

    public static TaskException PlatformImageGone(string platform) =>
        new("BPT5021", $"The image for {platform} that was just made is gone from the layer cache. Set ImageCacheMaxSize to more than one image needs, then publish again.");

    public static TaskException LauncherImageNotFound(string image, Platform platform) =>
        new("BPT5024", $"The image '{image}' does not exist. Set LauncherImage to a builder or lifecycle image for {platform}, or leave it out: then the launcher of this package is taken where the image has .NET.");

    public static TaskException NoImageNamed() =>
        new("BPT5040", "There is no image named. Set Image to one, or to several separated by semicolons, such as -p:Image=registry.example.com/shop/web:1.4.");

    public static TaskException ImageNotFound(string image) =>
        new("BPT5041", $"The image '{image}' does not exist. Set Image to one that does.");

    public static TaskException NoRestoreHere(IEnumerable<DotNet.RequiredPack> packs, Exception e) =>
        new("BPT5030", $"Not in the package folders: {string.Join(", ", packs)}; and the host of this build cannot restore them for a task. Run the target with 'dotnet msbuild', or restore the packages before.", e);

    public static TaskException LocalRunImage(string image, string runImage) =>
        new("BPT5031", $"The run image that '{image}' names is a file of the machine that built it: '{Quoted.OneLine(runImage)}'. Set RunImage to what it shall be moved to.");

    public static TaskException NotAllImages(FleetCounts counts, string summary) =>
        new("BPT5032", $"Not every image is where it should be: {counts}. The reasons are above and in {summary}; mend them and run the same again.");

    public static TaskException Interrupted(FleetCounts counts) =>
        new("BPT5033", $"The run was stopped: {counts}. Run the same again: it goes on where it was.");
}

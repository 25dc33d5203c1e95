namespace BuildpackTasks.Lifecycle;

internal static partial class LifecycleErrors
{
    public static LifecycleException LauncherForbidden(string reason) =>
        new("BPT2190", $"LauncherMode is Never, and the image cannot start without a launcher: {reason}. Set LauncherMode to Auto, or leave out what needs it.");

    public static LifecycleException NoLauncher(string reason) =>
        new("BPT2191", $"The image needs a launcher, since {reason}, and none that comes with this package runs on it: that needs the .NET of a framework-dependent app or of the run image. Set LauncherImage to a builder or lifecycle image, or LauncherMode to Never.");

    public static LifecycleException NoLauncherInImage(string image) =>
        new("BPT2192", $"The image '{image}' has no launcher: there is no program /cnb/lifecycle/launcher in it. Set LauncherImage to a builder or lifecycle image.");

    public static LifecycleException LauncherSpeaksOther(string image, IEnumerable<string> supported, IEnumerable<string> known) =>
        new("BPT2193", $"The launcher of the image '{image}' supports the Platform APIs {List(supported)}, and images here are of one of {List(known)}. Set LauncherImage to a later one.");

    public static LifecycleException NoShell(string process, string runImage) =>
        new("BPT2194", $"A shell starts the process '{process}', and the image would have none: there is no /bin/bash in the run image '{runImage}' or in the layers. Set RunImage to one that has bash, or add the package to @(DebianPackage).");

    public static LifecycleException NothingKept(GroupMember buildpack, string layer) =>
        new("BPT2195", $"The buildpack {buildpack} keeps the layer '{layer}' of the previous image, and there is none: the previous image has no such layer. Use another version of the buildpack.");

    public static LifecycleException KeptLayerGone(GroupMember buildpack, string layer, string image) =>
        new("BPT2196", $"The buildpack {buildpack} keeps the layer '{layer}' of the previous image '{image}', which does not have it any more. Publish again: the layer is made anew.");

    public static LifecycleException KeptWithoutContents(GroupMember buildpack, string layer) =>
        new("BPT2197", $"The buildpack {buildpack} wants the layer '{layer}' to be in the image and in the cache, and left only its metadata. Use another version of it.");
}

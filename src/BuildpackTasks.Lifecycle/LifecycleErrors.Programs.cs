namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of running buildpacks that are programs.</summary>
internal static partial class LifecycleErrors
{
    public const string ViewRefusedCode = "BPT2150";
    public const string MissingViewToolCode = "BPT2151";
    public const string NoMachinePathCode = "BPT2162";

    public static LifecycleException ViewRefused(string reason, Exception? inner = null) =>
        new(ViewRefusedCode, $"This machine does not allow a view of their own for buildpacks that are programs: {reason.TrimEnd('.')}. {UserNamespaces.Advice()}", inner);

    public static LifecycleException MissingViewTool(string name, string package) =>
        new(MissingViewToolCode, $"'{name}' is not installed, which makes the view of their own for buildpacks that are programs. Install {package} of the Linux distribution.");

    public static LifecycleException NoPlaceInView(string path) =>
        new("BPT2152", $"'{path}' cannot be had in the view that buildpacks that are programs run in: the system or the specification has something else there. Set ContainerWorkingDirectory to another directory, such as /app.");

    public static LifecycleException NoDirectoryForView(string directory) =>
        new("BPT2153", $"The directory '{directory}' is not there, or cannot be read, and buildpacks that are programs are to see it. Create it, or correct its permissions.");

    public static LifecycleException ProgramsNeedLinux(string system) =>
        new("BPT2154", $"Buildpacks that are programs run on Linux, and this is {system}. Publish on Linux, in a Linux container or in WSL, or remove them from @(Buildpack): the built-in ones run everywhere.");

    public static LifecycleException NoProgram(string file) =>
        new("BPT2155", $"There is no program '{file}'. Use a buildpack that has it (buildpack specification, 'Buildpack Interface').");

    public static LifecycleException NotExecutable(string file) =>
        new("BPT2156", $"'{file}' is not a file that may be executed. Make it executable (chmod +x, git update-index --chmod=+x), or pack the buildpack on a system that keeps modes.");

    public static LifecycleException WrongArchitecture(string file, string has, string machine) =>
        new("BPT2157", $"'{file}' is a program for {has}, and this machine is {machine}. Use a buildpack that is built for {machine}.");

    public static LifecycleException NoInterpreter(string file, string interpreter) =>
        new("BPT2158", $"'{file}' is run by '{interpreter}', which is not there where buildpacks run. Set BuildImage to an image that has it, install it, or use another buildpack.");

    public static LifecycleException ProgramTookTooLong(string buildpack, string program, TimeSpan timeout) =>
        new("BPT2159", $"The buildpack {buildpack} was not done with {program} after {timeout}, and was ended. Remove what it waits for, or set BuildpackTimeout.");

    public static LifecycleException CannotStart(string file, string reason, Exception? inner = null) =>
        new("BPT2160", $"'{file}' cannot be started: {reason.TrimEnd('.')}. Correct the buildpack, or the environment that it is given.", inner);

    public static LifecycleException ViewEnded(string buildpack, string program) =>
        new("BPT2161", $"The view in which {program} of the buildpack {buildpack} ran was ended from outside. Look whether the machine ran out of memory, and publish again.");

    public static LifecycleException NoMachinePath(string path, string reason, Exception? inner = null) =>
        new(NoMachinePathCode, $"Without a view of their own, buildpacks that are programs need '{path}' on this machine, and it cannot be made: {reason.TrimEnd('.')}. Publish in a container as root where nothing is at that path, or allow user namespaces and leave BuildpackIsolation at Auto (docs/buildpacks-isolation.md says how).", inner);

    public static LifecycleException NeitherViewNorPaths(LifecycleException view, LifecycleException paths) =>
        new(NoMachinePathCode, $"{view.Message} {paths.Message}", paths);

    public static LifecycleException ImageNeedsView(string reason) =>
        new("BPT2163", $"BuildImage is set, which needs a view of their own for buildpacks that are programs: {reason.TrimEnd('.')}. Remove BuildImage, or publish where a view is allowed (docs/buildpacks-isolation.md).");

    public static LifecycleException BadBuildImage(string image, Exception inner) =>
        new("BPT2164", $"The build image '{image}' cannot be unpacked: {OneLine(inner)}. Set BuildImage to another one, or have this one pushed again.", inner);

    public static LifecycleException BuildImageForOther(string image, Oci.Platform has, Oci.Platform machine) =>
        new("BPT2165", $"The build image '{image}' is for {has}, and its programs are to run on this machine, which is {machine}. Set BuildImage to an image for {machine}.");
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException BadName(string what, string value, string rule) =>
        new("BPT2001", $"'{value}' cannot be the name of a {what}: {rule}.");

    public static LifecycleException NoStateFile(string path, string target) =>
        new("BPT2002", $"'{path}' is not there. Run the target {target}, which writes it, or PublishImage, which runs all phases.");

    public static LifecycleException CannotRead(string path, Exception inner) =>
        new("BPT2003", $"'{path}' cannot be read: {OneLine(inner)}", inner);

    public static LifecycleException MalformedFile(string path, string reason, Exception? inner = null) =>
        new("BPT2004", $"'{path}' is malformed: {reason}. Delete it and run PublishImage again.", inner);

    public static LifecycleException CannotWrite(string path, Exception inner) =>
        new("BPT2005", $"'{path}' cannot be written: {OneLine(inner)}", inner);

    public static LifecycleException BadMetadata(string key, Type type) =>
        new("BPT2006", $"The metadata '{key}' of a buildpack is of type {type.Name}. Use text, numbers, true and false, times, lists and tables of these.");

    public static LifecycleException NothingDetected(string appDirectory, IEnumerable<Candidate> candidates) =>
        new("BPT2010", $"No buildpack applies to '{appDirectory}': {Describe(candidates)}. Publish an app that one of them is for, or add a buildpack for it to @(Buildpack).");

    public static LifecycleException DetectionErrored(string appDirectory, IEnumerable<Candidate> candidates) =>
        new("BPT2011", $"Detection went wrong for '{appDirectory}': {Describe(candidates.Where(static candidate => candidate.State == CandidateState.Errored))}. Remove the cause, or the buildpack from @(Buildpack).");

    public static LifecycleException NoSuchBuildpack(GroupMember member, string groupFile) =>
        new("BPT2020", $"'{groupFile}' names the buildpack {member}, which is not among those given. Run DetectBuildpacks again with the same @(Buildpack) items.");

    public static LifecycleException InvalidContribution(GroupMember buildpack, string what) =>
        new("BPT2021", $"The buildpack {buildpack} {what}. Use another version of it.");

    public static LifecycleException BadAppDirectory(string path) =>
        new("BPT2022", $"'{path}' cannot be the app's directory in the image. Set ContainerWorkingDirectory to an absolute path below the root, such as /app.");

    public static LifecycleException BuildFailed(GroupMember buildpack, Exception inner) =>
        new("BPT2023", $"The buildpack {buildpack} could not build: {OneLine(inner)}", inner);

    public static LifecycleException NoApp(string appDirectory) =>
        new("BPT2030", $"There is no app in '{appDirectory}': the directory is missing or has no files. Run the target Publish before ExportImage.");

    public static LifecycleException LinkLeadsOut(string link, string target) =>
        new("BPT2031", $"The symbolic link '{link}' leads out of the app, to '{target}'. Publish a copy of what it points to, or remove it.");

    public static LifecycleException SpecialFile(string path) =>
        new("BPT2032", $"'{path}' is a pipe, a socket or a device, which an image cannot hold. Remove it from the publish directory.");

    public static LifecycleException BadPattern(string slice, string pattern) =>
        new("BPT2033", $"The slice '{slice}' has the pattern '{pattern}', in which a bracket or a backslash is not complete. Correct the pattern.");

    public static LifecycleException NoSuchProcess(string type, IEnumerable<string> types) =>
        new("BPT2034", $"There is no process '{type}' to start by default; there is {List(types)}. Set ImageDefaultProcess to one of them.");

    public static LifecycleException NoDefaultProcess(IEnumerable<string> types) =>
        new("BPT2035", $"The image has the processes {List(types)}, and none of them is the default. Set ImageDefaultProcess to one of them.");

    public static LifecycleException CommandWithoutInstruction() =>
        new("BPT2036", "ContainerAppCommand and ContainerAppCommandArgs are set, and ContainerAppCommandInstruction is None, which leaves them unused. Remove the one or the other.");

    public static LifecycleException BadSetting(string setting, string value, string rule) =>
        new("BPT2037", $"{setting} is '{value}', {rule}.");

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";

    private static string Describe(IEnumerable<Candidate> candidates)
    {
        string text = string.Join("; ", candidates.Select(static candidate => $"{candidate.Buildpack.Id}: {candidate.Reason}"));
        return text.Length == 0 ? "none was asked" : text;
    }

    public static LifecycleException LayerGone(string layer) =>
        new("BPT2038", $"The layer '{layer}' is not where the build found it any more. Publish again: it is made anew.");

    private static string OneLine(Exception e) => e is CodedException ? e.Message : e.Message.ReplaceLineEndings(" ").Trim();
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class LifecycleErrors
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

    private static string Describe(IEnumerable<Candidate> candidates)
    {
        string text = string.Join("; ", candidates.Select(static candidate => $"{candidate.Buildpack.Id}: {candidate.Reason}"));
        return text.Length == 0 ? "none was asked" : text;
    }

    private static string OneLine(Exception e) => e is CodedException ? e.Message : e.Message.ReplaceLineEndings(" ").Trim();
}

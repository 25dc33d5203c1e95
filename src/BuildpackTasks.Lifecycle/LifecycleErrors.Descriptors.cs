namespace BuildpackTasks.Lifecycle;

/// <summary>Errors of what buildpacks and projects say of themselves, and of orders. BPT2100 to BPT2119.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException MalformedDescriptor(string path, string reason, Exception? inner = null) =>
        new("BPT2100", $"'{path}' is malformed: {reason}. Correct it, or use another version of the buildpack.", inner);

    public static LifecycleException NoDescriptor(string directory) =>
        new("BPT2101", $"There is no buildpack.toml in '{directory}'. Give the directory of a buildpack, which has one.");

    public static LifecycleException UnsupportedApi(BuildpackDescriptor buildpack, string? askedBy) =>
        new("BPT2102", $"The buildpack {buildpack}{Asked(askedBy)} follows the Buildpack API {buildpack.Api}, which is not supported; {List(BuildpackApi.Supported.Select(static api => api.Version))} are. Use a version of it that follows one of these.");

    public static LifecycleException NoSuchReference(OrderReference reference, string? askedBy) =>
        new("BPT2103", $"The buildpack {reference}{Asked(askedBy)} is not among those given. Add it to @(Buildpack), or use a package that brings it along.");

    public static LifecycleException OrderCycle(IEnumerable<BuildpackDescriptor> buildpacks) =>
        new("BPT2104", $"The order never ends: {string.Join(" asks for ", buildpacks)}. Use another version of one of these composite buildpacks.");

    public static LifecycleException OrderTooLarge(string what) =>
        new("BPT2105", $"The order is too large: its composite buildpacks make more than {what}. Give the buildpacks that the app needs one by one.");

    public static LifecycleException SameIdButForCase(BuildpackId first, BuildpackId second) =>
        new("BPT2109", $"The buildpacks '{first}' and '{second}' of one group differ only in case, and ids must not. Remove one of them, or correct what names it.");

    public static LifecycleException MalformedPlan(BuildpackDescriptor buildpack, string reason, Exception? inner = null) =>
        new("BPT2106", $"The plan that the buildpack {buildpack} wrote in detection is malformed: {reason}. Use another version of it.", inner);

    public static LifecycleException PlanTooLarge(int limit, IEnumerable<BuildpackDescriptor> buildpacks) =>
        new("BPT2107", $"No plan was found among {limit} combinations of the alternatives of {string.Join(", ", buildpacks)}. Leave one of them out of @(Buildpack).");

    public static LifecycleException MalformedProject(string path, string reason, Exception? inner = null) =>
        new("BPT2108", $"'{path}' is malformed: {reason}. Correct it.", inner);

    private static string Asked(string? by) => by is null ? "" : $", which {by} asks for,";
}

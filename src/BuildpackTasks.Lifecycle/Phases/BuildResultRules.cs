using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack may contribute (buildpack specification, "launch.toml", "build.toml"). A mistake is caught where it is made.</summary>
internal static partial class BuildResultRules
{
    public static void Check(GroupMember buildpack, BuildResult result, IReadOnlyList<BuildPlanEntry> plan)
    {
        Require(buildpack, Duplicate(result.Layers.Select(static layer => layer.Name.ToString()), FileNames), "contributes the layer '{0}' twice");
        Require(buildpack, result.Layers.Where(static layer => layer is { Entries: null, Fingerprint: null, IsKept: false }).Select(static layer => layer.Name.ToString()).FirstOrDefault(), "says nothing of what the layer '{0}' holds");
        Require(buildpack, Duplicate(result.Processes.Select(static process => process.Type.ToString()), StringComparer.Ordinal), "contributes the process '{0}' twice");
        Require(buildpack, result.Processes.Where(static process => process.Default).Skip(1).Select(static process => process.Type.ToString()).FirstOrDefault(), "has a second default process, '{0}'");
        Require(buildpack, result.Processes.Where(static process => process.Command.Count == 0).Select(static process => process.Type.ToString()).FirstOrDefault(), "contributes the process '{0}' without a command");
        Require(buildpack, result.Environment.Select(static variable => variable.Name).FirstOrDefault(static name => !IsVariable(name)), "sets the variable '{0}', which cannot be one");
        Require(buildpack, result.Ports.FirstOrDefault(static port => !IsPort(port)), "exposes '{0}', which is not a port such as 8080/tcp");
        Require(buildpack, result.AppFiles.Keys.FirstOrDefault(static path => !IsAppPath(path)), "changes '{0}', which is not the path of a file in the app directory");
        Require(buildpack, result.Unmet.FirstOrDefault(name => !plan.Any(entry => entry.Requires[0].Name == name)), "leaves '{0}' unmet, which its plan does not have");
    }

    public static bool IsVariable(string name) => name.Length > 0 && name.AsSpan().IndexOfAny('=', '\0') < 0;

    public static bool IsPort(string port) => Port().Match(port) is { Success: true } match && int.Parse(match.Groups[1].ValueSpan) is >= 1 and <= 65535;

    private static bool IsAppPath(string path) =>
        !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(static part => part is not ("" or "." or ".."));

    // A layer is kept in files of its name until it is in the image, which on Windows and macOS are the same in other case.
    private static StringComparer FileNames => OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    private static string? Duplicate(IEnumerable<string> names, StringComparer comparer) =>
        names.GroupBy(static name => name, comparer).FirstOrDefault(static group => group.Skip(1).Any())?.Key;

    private static void Require(GroupMember buildpack, string? offender, string rule)
    {
        if (offender is not null) throw LifecycleErrors.InvalidContribution(buildpack, string.Format(rule, offender));
    }

    [GeneratedRegex(@"\A([0-9]{1,5})/(?:tcp|udp|sctp)\z")]
    private static partial Regex Port();
}

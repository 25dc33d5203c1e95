namespace BuildpackTasks.Lifecycle;

/// <summary>Reads what a buildpack is for (buildpack specification, "Targets", and its deprecated stacks).</summary>
internal static class DescriptorTargets
{
    /// <summary>Reads the targets; where there are none, they follow from the stacks, and then from the programs.</summary>
    /// <param name="file">The document.</param>
    /// <param name="api">The Buildpack API that it follows.</param>
    /// <param name="programs">The names of what is in <c>bin/</c>.</param>
    public static IReadOnlyList<BuildTarget> Read(TableReader file, BuildpackApi api, IReadOnlyCollection<string> programs)
    {
        BuildTarget[] targets = [.. file.Subs("targets").Select(Target)];
        if (targets.Length == 0) targets = [.. FromStacks([.. file.Subs("stacks").Select(static stack => stack.OptionalText("id") ?? "")], api)];
        return targets.Length > 0 ? targets : [.. FromPrograms(programs)];
    }

    private static BuildTarget Target(TableReader target) => new(
        Named(target, "os"),
        Named(target, "arch"),
        Variant(target),
        [.. target.Subs("distros").Select(static distribution => new TargetDistribution(Named(distribution, "name"), Named(distribution, "version")))]);

    /// <summary>The specification's key is <c>variant</c>, that of the reference lifecycle <c>arch-variant</c>; both are in use.</summary>
    private static string? Variant(TableReader target) => (Named(target, "variant"), Named(target, "arch-variant")) switch
    {
        (null, var variant) => variant,
        (var variant, null) => variant,
        var (variant, other) when variant == other => variant,
        var (variant, other) => throw target.Bad("variant", $"is '{variant}', and 'arch-variant' is '{other}'"),
    };

    /// <summary>
    /// The stacks that mean a target to the reference lifecycle. That of Ubuntu 18.04 does in the older APIs only where it is the
    /// only one: others that were listed beside it stood for later releases.
    /// </summary>
    private static IEnumerable<BuildTarget> FromStacks(string[] stacks, BuildpackApi api)
    {
        foreach (string stack in stacks)
        {
            if (stack == "*") yield return new BuildTarget(null, null, null, []);
            if (stack == "io.buildpacks.stacks.bionic" && (api.HasTargets || stacks.Length == 1)) yield return new BuildTarget("linux", "amd64", null, [new TargetDistribution("ubuntu", "18.04")]);
        }
    }

    private static IEnumerable<BuildTarget> FromPrograms(IReadOnlyCollection<string> programs)
    {
        if (programs.Contains("build.exe") || programs.Contains("build.bat")) yield return new BuildTarget("windows", null, null, []);
        if (programs.Contains("build")) yield return new BuildTarget("linux", null, null, []);
    }

    private static string? Named(TableReader table, string key) => table.OptionalText(key) is { Length: > 0 } text ? text : null;
}

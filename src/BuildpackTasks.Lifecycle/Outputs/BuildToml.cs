namespace BuildpackTasks.Lifecycle;

/// <summary><c>build.toml</c>: what of its plan a buildpack did not meet (buildpack specification, "Unmet Buildpack Plan Entries").</summary>
internal static class BuildToml
{
    /// <summary>Reads the names; where there is no file, everything was met.</summary>
    /// <param name="files">The buildpack's layers directory.</param>
    /// <param name="plan">What the group required of the buildpack.</param>
    /// <exception cref="LifecycleException">BPT2120: the file is malformed, or names what the plan does not have. And what reading it raises.</exception>
    public static IReadOnlyList<string> ReadUnmet(WrittenFiles files, IReadOnlyList<BuildPlanRequire> plan)
    {
        var unmet = new List<string>();
        foreach (TableReader entry in files.TryReadToml("build.toml")?.Subs("unmet") ?? [])
        {
            string name = entry.Text("name");
            if (plan.All(require => require.Name != name)) throw entry.Bad("name", $"is '{name}', which the buildpack's plan does not have");
            if (!unmet.Contains(name)) unmet.Add(name);
        }
        return unmet;
    }
}

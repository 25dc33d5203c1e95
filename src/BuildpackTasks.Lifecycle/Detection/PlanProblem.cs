namespace BuildpackTasks.Lifecycle;

/// <summary>Why a buildpack that applies has no place in the plan.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Name">The name that it requires or provides.</param>
/// <param name="Provided">Whether it provides the name; otherwise it requires it.</param>
/// <param name="Elsewhere">Buildpacks of the group that could provide the name (or require it), and why they do not.</param>
internal sealed record PlanProblem(DetectedBuildpack Buildpack, string Name, bool Provided, IReadOnlyList<PlanCounterpart> Elsewhere)
{
    public string Explain()
    {
        string others = string.Join("; ", Elsewhere.Select(static other => $"{other.Buildpack.Id} {other.Why}"));
        return (Provided, Elsewhere.Count) switch
        {
            (true, 0) => $"it provides '{Name}', which no buildpack requires",
            (true, _) => $"it provides '{Name}', which no buildpack at or after it requires ({others})",
            (false, 0) => $"it requires '{Name}', which no buildpack provides",
            (false, _) => $"it requires '{Name}', which no buildpack before it provides ({others})",
        };
    }
}

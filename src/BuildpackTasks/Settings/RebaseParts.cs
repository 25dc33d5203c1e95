namespace BuildpackTasks;

/// <summary>Which parts of images are replaced.</summary>
/// <param name="RunImage">The run image.</param>
/// <param name="DotNetRuntime">The layers of the .NET runtime.</param>
/// <param name="DebianPackages">The layer of Debian packages.</param>
internal sealed record RebaseParts(bool RunImage, bool DotNetRuntime, bool DebianPackages)
{
    /// <summary>Reads what the user asks for.</summary>
    /// <param name="layers"><c>RebaseLayers</c>, or null for what the other properties ask for.</param>
    /// <param name="runImage"><c>RunImage</c>, or null.</param>
    /// <param name="runtimeVersion"><c>DotNetRuntimeVersion</c>, or null.</param>
    /// <exception cref="TaskException">BPT5014: a name is no part.</exception>
    public static RebaseParts Parse(string? layers, string? runImage, string? runtimeVersion)
    {
        if (layers is null)
        {
            bool runtimeOnly = runtimeVersion is not null && runImage is null;
            return new RebaseParts(!runtimeOnly, runtimeVersion is not null, !runtimeOnly);
        }
        var parts = new RebaseParts(false, false, false);
        foreach (string name in ItemValues.Split(layers))
        {
            parts = name.ToUpperInvariant() switch
            {
                "RUNIMAGE" => parts with { RunImage = true },
                "DOTNETRUNTIME" => parts with { DotNetRuntime = true },
                "DEBIANPACKAGES" => parts with { DebianPackages = true },
                "ALL" => new RebaseParts(true, true, true),
                _ => throw TaskErrors.BadValue("RebaseLayers", layers, "RunImage, DotNetRuntime, DebianPackages (several separated by semicolons) or All"),
            };
        }
        return parts;
    }

    /// <summary>Says in one line what is replaced by what.</summary>
    /// <param name="runImage"><c>RunImage</c>, or null.</param>
    /// <param name="runtimeVersion"><c>DotNetRuntimeVersion</c>, or null.</param>
    public string Describe(string? runImage, string? runtimeVersion)
    {
        var parts = new List<string>();
        if (RunImage) parts.Add($"run image ({runImage ?? "each its own, as it is today"})");
        if (DotNetRuntime) parts.Add($".NET runtime ({runtimeVersion ?? "newest known patch"})");
        if (DebianPackages) parts.Add("Debian packages (newest)");
        return $"Replaces {string.Join(", ", parts)}";
    }
}

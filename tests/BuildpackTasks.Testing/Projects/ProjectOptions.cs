namespace BuildpackTasks.Testing;

/// <summary>What a created project is beyond its template.</summary>
public sealed record ProjectOptions
{
    /// <summary>The project's name, of the file, the assembly and the directory.</summary>
    public string Name { get; init; } = "App";

    /// <summary>The target framework.</summary>
    public string TargetFramework { get; init; } = "net10.0";

    /// <summary>Properties of the project file.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Packages with their versions, beside BuildpackTasks.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; init; } = new Dictionary<string, string>();

    /// <summary>Further XML inside the project element.</summary>
    public string More { get; init; } = "";
}

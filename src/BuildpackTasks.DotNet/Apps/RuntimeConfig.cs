namespace BuildpackTasks.DotNet;

/// <summary>What an app's <c>runtimeconfig.json</c> says.</summary>
public sealed record RuntimeConfig
{
    /// <summary>The frameworks that have to be there when the app starts; empty for a self-contained app.</summary>
    public IReadOnlyList<FrameworkReference> Frameworks { get; init; } = [];

    /// <summary>The frameworks that a self-contained app has with it; empty for a framework-dependent one.</summary>
    public IReadOnlyList<FrameworkReference> IncludedFrameworks { get; init; } = [];

    /// <summary>The runtime's settings, by name, as text.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether one of its frameworks, needed or included, is that of web apps.</summary>
    public bool UsesAspNetCore => Frameworks.Concat(IncludedFrameworks).Any(static framework => framework.Name == FrameworkReference.AspNetCoreApp);
}

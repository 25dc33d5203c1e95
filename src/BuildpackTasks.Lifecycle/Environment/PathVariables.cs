namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The directories at the root of a layer that stand in variables, each before what the variable has (buildpack specification, "Layer
/// Paths").
/// </summary>
internal static class PathVariables
{
    /// <summary>What stands between two paths.</summary>
    public const string Separator = ":";

    /// <summary>For buildpacks that build later.</summary>
    public static readonly IReadOnlyList<(string Directory, string Variable)> Build =
    [
        ("bin", "PATH"), ("lib", "LD_LIBRARY_PATH"), ("lib", "LIBRARY_PATH"), ("include", "CPATH"), ("pkgconfig", "PKG_CONFIG_PATH"),
    ];

    /// <summary>For the processes of the image.</summary>
    public static readonly IReadOnlyList<(string Directory, string Variable)> Launch = [("bin", "PATH"), ("lib", "LD_LIBRARY_PATH")];

    /// <summary>Whether a variable holds paths, so that what a user sets goes before it ("Provided by the Platform").</summary>
    public static bool Contains(string variable) => Build.Any(path => path.Variable == variable);
}

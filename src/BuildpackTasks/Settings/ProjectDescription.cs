using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>The file <c>project.toml</c> of a project.</summary>
internal static class ProjectDescription
{
    // What people write by hand, and with it scripts.
    private const int MaxLength = 4 << 20;

    /// <summary>Where it is, or null where there is none.</summary>
    /// <param name="property"><c>ProjectDescriptor</c>.</param>
    /// <param name="projectDirectory">What a relative path is relative to.</param>
    public static string? PathOf(string? property, string projectDirectory) =>
        property.OrNull() is { } set ? Path.GetFullPath(set, projectDirectory) : null;

    /// <summary>Reads it, or gives null where there is none.</summary>
    /// <param name="property"><c>ProjectDescriptor</c>.</param>
    /// <param name="projectDirectory">What a relative path is relative to.</param>
    /// <exception cref="TaskException">BPT5014: the file is missing or too large.</exception>
    /// <exception cref="LifecycleException">BPT2108: it is malformed.</exception>
    public static ProjectFile? Read(string? property, string projectDirectory)
    {
        if (PathOf(property, projectDirectory) is not { } path) return null;
        if (!File.Exists(path)) throw TaskErrors.BadValue("ProjectDescriptor", property!, "a file that is there");
        if (new FileInfo(path).Length > MaxLength) throw TaskErrors.BadValue("ProjectDescriptor", property!, $"a file of at most {MaxLength >> 20} MiB");
        return ProjectFile.Read(File.ReadAllBytes(path), path);
    }
}

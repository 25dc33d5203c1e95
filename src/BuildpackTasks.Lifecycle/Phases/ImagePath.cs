namespace BuildpackTasks.Lifecycle;

/// <summary>Paths in the image, whatever the build machine's own look like.</summary>
internal static class ImagePath
{
    /// <summary>An absolute path without a trailing slash.</summary>
    /// <exception cref="LifecycleException">BPT2022: the text is not a directory below the root.</exception>
    public static string Normalize(string path)
    {
        string normalized = path.TrimEnd('/');
        bool valid = normalized.StartsWith('/') && !normalized.Contains('\0') && normalized[1..].Split('/').All(static part => part is not ("" or "." or ".."));
        return valid ? normalized : throw LifecycleErrors.BadAppDirectory(path);
    }
}

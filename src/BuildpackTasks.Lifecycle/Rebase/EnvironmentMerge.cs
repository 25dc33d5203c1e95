namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The environment of an image that moves from one run image to another: what the image has unchanged from the old one becomes what
/// the new one says, what the app changed stays, and what the app put before or behind the old one's value goes before or behind the
/// new one's.
/// </summary>
internal static class EnvironmentMerge
{
    private static readonly char[] Delimiters = [':', ';', ',', ' '];

    /// <summary>Merges.</summary>
    /// <param name="image">The image's variables, in its order.</param>
    /// <param name="old">The old run image's, by name.</param>
    /// <param name="runImage">The new run image's, in its order.</param>
    /// <returns>The variables afterwards: the run image's in its order, then the app's in the image's.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Merge(
        IReadOnlyList<KeyValuePair<string, string>> image,
        IReadOnlyDictionary<string, string> old,
        IReadOnlyList<KeyValuePair<string, string>> runImage)
    {
        var present = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in image) present[name] = value;
        var coming = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in runImage) coming[name] = value;

        IEnumerable<string> names = runImage.Select(static variable => variable.Key).Concat(image.Select(static variable => variable.Key)).Distinct(StringComparer.Ordinal);
        return
        [
            .. names
                .Select(name => (Name: name, Value: Merged(name, present.GetValueOrDefault(name), old.GetValueOrDefault(name), coming.GetValueOrDefault(name))))
                .Where(static variable => variable.Value is not null)
                .Select(static variable => KeyValuePair.Create(variable.Name, variable.Value!)),
        ];
    }

    /// <summary>Whether a value is another, or begins or ends with it beside a delimiter.</summary>
    /// <param name="value">The value.</param>
    /// <param name="part">The other one.</param>
    public static bool IsOrHolds(string value, string part) => value == part || Around(value, part) is not null;

    private static string? Merged(string name, string? present, string? old, string? coming)
    {
        if (present == old) return coming;
        if (present is null) return null;
        // An image that says nothing has the engine's path, and export builds on that.
        bool isPath = name == ImageVariables.Path;
        if (isPath && old is null or "") old = ImageVariables.DefaultPath;
        // The reference puts its directories in front of no path, too.
        if (isPath && present.TrimEnd(':') is LauncherLayers.SearchPath or LauncherLayers.ProcessDirectory) return string.IsNullOrEmpty(coming) ? present : $"{present.TrimEnd(':')}:{coming}";
        if (old is null || Around(present, old) is not var (before, behind)) return present;
        if (string.IsNullOrEmpty(coming)) coming = isPath ? ImageVariables.DefaultPath : "";
        return coming.Length > 0 ? before + coming + behind : before.Length > 0 ? before[..^1] : behind[1..];
    }

    /// <summary>What stands before and behind a part of a value, with the delimiter; null where it is not at the value's beginning or end.</summary>
    private static (string Before, string Behind)? Around(string value, string part)
    {
        if (part.Length == 0 || value.Length <= part.Length) return null;
        if (value.EndsWith(part, StringComparison.Ordinal) && Delimiters.Contains(value[^(part.Length + 1)])) return (value[..^part.Length], "");
        if (value.StartsWith(part, StringComparison.Ordinal) && Delimiters.Contains(value[part.Length])) return ("", value[part.Length..]);
        return null;
    }
}

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a buildpack's launch layers have that an image's config cannot say, so that a launcher has to do it when the image starts.
/// Scripts in <c>profile.d</c> are not among it: only a shell reads them, and a process that a shell starts needs a launcher anyway.
/// </summary>
internal static class LauncherNeeds
{
    /// <summary>Finds it: a clause each.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="files">Its files.</param>
    public static IEnumerable<string> Of(WrittenLayer layer, WrittenFiles files)
    {
        if (!layer.HasDirectory)
        {
            yield return $"the layer '{layer.Name}' is kept from the previous image, with whatever it has for the start";
            yield break;
        }
        if (HasFiles(files, "exec.d")) yield return $"the layer '{layer.Name}' has programs in exec.d";
        foreach (string name in files.Names("exec.d"))
        {
            if (ProcessType.TryParse(name, out _) && HasFiles(files, $"exec.d/{name}")) yield return $"the layer '{layer.Name}' has programs in exec.d/{name}";
        }
    }

    private static bool HasFiles(WrittenFiles files, string directory) =>
        files.Names(directory).Any(name => files.Find($"{directory}/{name}").Kind is not (WrittenFileKind.Directory or WrittenFileKind.Missing));
}

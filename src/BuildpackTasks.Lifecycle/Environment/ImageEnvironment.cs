namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The environment of an image as a value: the run image's, changed by buildpacks and then by the user (buildpack specification,
/// "Environment Variable Modification Rules"). Evaluated when the image is made, since nothing runs before its process.
/// </summary>
internal static class ImageEnvironment
{
    /// <summary>Applies changes in order.</summary>
    /// <param name="present">The environment to change; the last of equal names counts.</param>
    /// <param name="changes">The changes.</param>
    /// <returns>The variables that were set, in the order in which each was set first.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Apply(IEnumerable<KeyValuePair<string, string>> present, IEnumerable<EnvironmentVariable> changes)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in present) values[name] = value;

        var changed = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (EnvironmentVariable change in changes)
        {
            string old = values.GetValueOrDefault(change.Name, "");
            if (change.Action == EnvironmentAction.Default && old.Length > 0) continue;
            changed[change.Name] = values[change.Name] = (change.Action, old.Length) switch
            {
                (EnvironmentAction.Prepend, > 0) => change.Value + change.Delimiter + old,
                (EnvironmentAction.Append, > 0) => old + change.Delimiter + change.Value,
                _ => change.Value,
            };
        }
        return [.. changed];
    }
}

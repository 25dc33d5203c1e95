namespace BuildpackTasks.Debian;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class DebianErrors
{
    public static DebianException MalformedControl(string where, string reason) =>
        new("BPT4001", $"{where} cannot be read: {reason}. Use another mirror, or try again when this one has been repaired.");

    public static DebianException PackageNotFound(string name, string suite, IReadOnlyList<string> near) =>
        new("BPT4002", near.Count == 0
            ? $"The suite '{suite}' has no package '{name}'. Check the name in DebianPackage; only the component main is searched."
            : $"The suite '{suite}' has no package '{name}'. Did you mean {string.Join(", ", near)}?");

    public static DebianException Unsatisfiable(string explanation) =>
        new("BPT4003", $"{explanation}. Leave the package out, or use another suite.");

    public static DebianException ResolutionTooLarge(IEnumerable<string> names) =>
        new("BPT4004", $"No set of packages was found for {string.Join(", ", names)} within the limit of attempts. Ask for fewer packages, or name the alternatives to use as DebianPackage items.");
}

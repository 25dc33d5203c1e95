using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The registries that the credentials of environment variables are for.</summary>
/// <param name="Output">The registry that is written to, or null.</param>
/// <param name="List">The registries that the user named, separated by semicolons: no other gets to see them. Null where only the user names registries.</param>
internal sealed record CredentialTargets(string? Output, string? List)
{
    /// <summary>The registries that the user named; null where nobody else names any.</summary>
    public IReadOnlyCollection<string>? Named => List?.Split(';', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Those of a task that reads names from images too.</summary>
    /// <param name="output"><c>ContainerRegistry</c>, or null for the one that is written to, where it is only one.</param>
    /// <param name="written">The registries whose images are changed.</param>
    /// <param name="read">Those that the user named beside them.</param>
    public static CredentialTargets Of(string? output, IEnumerable<string> written, IEnumerable<string> read)
    {
        string[] changed = [.. written.Distinct(StringComparer.OrdinalIgnoreCase)];
        output = output is not null ? Registry(output) : changed is [var only] ? only : null;
        IEnumerable<string> all = changed.Concat(read).Concat(output is null ? [] : [output]).Select(static registry => registry.ToLowerInvariant());
        return new CredentialTargets(output, string.Join(';', all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
    }

    /// <summary>The registries of those names that are images in registries.</summary>
    /// <param name="names">Names as users write them.</param>
    public static IEnumerable<string> RegistriesOf(IEnumerable<string> names) =>
        names.Where(ImageLocation.IsInRegistry).Select(static name => ImageReference.Parse(name).Registry);

    /// <summary>A registry as image references name it.</summary>
    /// <param name="text">What the user wrote.</param>
    public static string Registry(string text) => ImageReference.TryParse($"{text}/repository", out ImageReference? any) ? any.Registry : text;
}

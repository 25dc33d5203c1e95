using System.Text.RegularExpressions;

namespace BuildpackTasks.DotNet;

/// <summary>The repository that an image is pushed to when the user gives it a name that repositories cannot have.</summary>
public static partial class RepositoryName
{
    /// <summary>
    /// Makes a repository's name as the SDK does: what is one stays; otherwise it is lower-cased, and what repositories' names do not
    /// have becomes <c>-</c>.
    /// </summary>
    /// <param name="name">The name that the user gives (<c>ContainerRepository</c>), or the assembly's.</param>
    /// <exception cref="DotNetException">BPT3007: no repository's name can be made of it.</exception>
    public static string Normalize(string name)
    {
        string normalized = string.Concat(name.ToLowerInvariant().Select(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '/' or '.' or '_' or '-' ? letter : '-'));
        return Grammar().IsMatch(name) ? name
            : name.Length > 0 && char.IsLetterOrDigit(name[0]) && Grammar().IsMatch(normalized) ? normalized
            : throw DotNetErrors.BadRepository(name);
    }

    // Distribution specification, "Pulling manifests": the grammar of a repository's name.
    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Grammar();
}

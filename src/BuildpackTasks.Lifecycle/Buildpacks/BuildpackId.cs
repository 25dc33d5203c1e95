using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle;

/// <summary>The id of a buildpack, such as <c>buildpacktasks/dotnet-app</c> (buildpack specification, "Buildpack ID").</summary>
public readonly partial record struct BuildpackId
{
    private readonly string? text;

    private BuildpackId(string text) => this.text = text;

    /// <summary>The id as the name of a directory: <c>/</c> becomes <c>_</c> (platform specification, "Buildpacks Directory Layout").</summary>
    public string DirectoryName => ToString().Replace('/', '_');

    /// <summary>Reads an id.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="LifecycleException">BPT2001: the text cannot be an id.</exception>
    public static BuildpackId Parse(string value) =>
        TryParse(value, out BuildpackId id) ? id
            : throw LifecycleErrors.BadName("buildpack", value, "it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom");

    /// <summary>Reads an id if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="id">The id, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out BuildpackId id)
    {
        // The grammar has "." and "..", but an id is the name of a directory too.
        bool valid = value is not (null or "." or ".." or "app" or "config" or "generated" or "sbom") && Grammar().IsMatch(value);
        id = valid ? new BuildpackId(value!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => text ?? throw new InvalidOperationException("The default buildpack id has no value.");

    [GeneratedRegex(@"\A[A-Za-z0-9./-]+\z")]
    private static partial Regex Grammar();
}

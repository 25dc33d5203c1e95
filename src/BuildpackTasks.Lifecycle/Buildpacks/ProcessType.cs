using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle;

/// <summary>The type of a process: its name in the image, such as <c>web</c> (buildpack specification, "launch.toml").</summary>
public readonly partial record struct ProcessType
{
    private readonly string? text;

    private ProcessType(string text) => this.text = text;

    /// <summary>Reads a type.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="LifecycleException">BPT2001: the text cannot be a process type.</exception>
    public static ProcessType Parse(string value) =>
        TryParse(value, out ProcessType type) ? type
            : throw LifecycleErrors.BadName("process", value, "it holds letters, digits, '.', '_' and '-'");

    /// <summary>Reads a type if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="type">The type, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out ProcessType type)
    {
        bool valid = value is not (null or "." or "..") && Grammar().IsMatch(value);
        type = valid ? new ProcessType(value!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => text ?? throw new InvalidOperationException("The default process type has no value.");

    [GeneratedRegex(@"\A[A-Za-z0-9._-]+\z")]
    private static partial Regex Grammar();
}

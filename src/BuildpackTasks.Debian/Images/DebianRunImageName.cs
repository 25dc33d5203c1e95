using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Debian;

/// <summary>The name of a run image that is assembled from packages: <c>debian://SUITE</c>.</summary>
public readonly partial record struct DebianRunImageName
{
    private const string Scheme = "debian://";

    private readonly string? suite;

    private DebianRunImageName(string suite) => this.suite = suite;

    /// <summary>The suite, by its code name or its role: <c>trixie</c>, <c>stable</c>.</summary>
    public string Suite => suite ?? throw new InvalidOperationException("The default run image name has no value.");

    /// <summary>Whether a text means a run image of this kind, well written or not.</summary>
    /// <param name="value">The text, or null.</param>
    public static bool IsMeant([NotNullWhen(true)] string? value) => value is not null && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a name.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="DebianException">BPT4040: the text is not a name.</exception>
    public static DebianRunImageName Parse(string value) =>
        TryParse(value, out DebianRunImageName name) ? name : throw DebianErrors.NotARunImageName(value);

    /// <summary>Reads a name if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="name">The name, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out DebianRunImageName name)
    {
        bool valid = IsMeant(value) && IsSuite(value[Scheme.Length..]);
        name = valid ? new DebianRunImageName(value![Scheme.Length..]) : default;
        return valid;
    }

    /// <summary>Whether a text can be the name of a suite.</summary>
    /// <param name="value">The text, or null.</param>
    internal static bool IsSuite([NotNullWhen(true)] string? value) => value is not null && Grammar().IsMatch(value);

    /// <inheritdoc/>
    public override string ToString() => Scheme + Suite;

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9.+-]{0,63}\z")]
    private static partial Regex Grammar();
}

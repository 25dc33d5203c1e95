using System.Diagnostics.CodeAnalysis;

namespace BuildpackTasks.Lifecycle;

/// <summary>The name of a buildpack's layer (buildpack specification, "Layer Content Metadata": not build, launch or store).</summary>
public readonly record struct LayerName
{
    private readonly string? text;

    private LayerName(string text) => this.text = text;

    /// <summary>Reads a name.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="LifecycleException">BPT2001: the text cannot be a layer's name.</exception>
    public static LayerName Parse(string value) =>
        TryParse(value, out LayerName name) ? name
            : throw LifecycleErrors.BadName("layer", value, "it is the name of one directory, and not build, launch or store");

    /// <summary>Reads a name if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="name">The name, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out LayerName name)
    {
        bool valid = value is not (null or "" or "." or ".." or "build" or "launch" or "store") && value.AsSpan().IndexOfAny("/\\\0") < 0;
        name = valid ? new LayerName(value!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => text ?? throw new InvalidOperationException("The default layer name has no value.");
}

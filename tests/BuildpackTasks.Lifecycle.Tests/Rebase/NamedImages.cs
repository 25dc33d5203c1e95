using System.Text;
using System.Text.RegularExpressions;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Images of layers that are known by names alone, for tests of what images say of themselves.</summary>
internal static partial class NamedImages
{
    /// <summary>The diff ID of the layer of a name.</summary>
    public static Digest DiffId(string layer) => Digest.Of(Encoding.UTF8.GetBytes(layer));

    /// <summary>A text with the diff IDs of the layers that it names in braces.</summary>
    public static string Filled(string text) => Braces().Replace(text, static match => DiffId(match.Groups[1].Value).ToString());

    /// <summary>A layer, compressed in one way or another.</summary>
    public static ILayer Layer(string name, string compression = "") => new NamedLayer(DiffId(name), DiffId($"compressed {name}{compression}"), 1000 + name.Length);

    /// <summary>An image of layers, without any label.</summary>
    public static Image Of(IEnumerable<string> layers, Platform? platform = null, string compression = "") =>
        layers.Aggregate(Image.Empty(platform ?? new Platform("linux", "amd64")), (image, layer) => image.Append(Layer(layer, compression), new HistoryEntry(layer)));

    /// <summary>An image with variables and labels more.</summary>
    public static Image With(this Image image, IEnumerable<KeyValuePair<string, string>> environment, IEnumerable<KeyValuePair<string, string>> labels) => image.WithConfig(config =>
        environment.Aggregate(config.WithLabels(labels), static (changed, variable) => changed.WithEnvironmentVariable(variable.Key, variable.Value)));

    /// <summary>An image with a label about its layers.</summary>
    public static Image WithMetadata(this Image image, string label) => image.WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, Filled(label))]));

    [GeneratedRegex(@"\{([a-z0-9 -]+)\}")]
    private static partial Regex Braces();
}

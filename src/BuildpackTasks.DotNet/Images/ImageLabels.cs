using System.Globalization;

namespace BuildpackTasks.DotNet;

/// <summary>
/// The labels that the SDK gives images, under its own switches (<c>ContainerGenerateLabels…</c>; OCI image specification,
/// "Pre-Defined Annotation Keys"). Unlike the SDK's, an image does not say when it was made unless it is asked to.
/// </summary>
public static class ImageLabels
{
    /// <summary>The property that switches all labels off.</summary>
    public const string MasterSwitch = "ContainerGenerateLabels";

    private const string CreatedSwitch = "ImageCreated";

    private static readonly (string Switch, string[] Labels, Func<ImageLabelFacts, string?> Value)[] Table =
    [
        (CreatedSwitch, ["org.opencontainers.image.created", "org.opencontainers.artifact.created"], static facts => facts.Created?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ("ImageDescription", ["org.opencontainers.image.description", "org.opencontainers.artifact.description"], static facts => facts.Description),
        ("ImageAuthors", ["org.opencontainers.image.authors"], static facts => facts.Authors),
        ("ImageUrl", ["org.opencontainers.image.url"], static facts => facts.Url),
        ("ImageDocumentation", ["org.opencontainers.image.documentation"], static facts => facts.Documentation),
        ("ImageSource", ["org.opencontainers.image.source"], static facts => WithoutGitSuffix(facts.Source)),
        ("ImageVersion", ["org.opencontainers.image.version"], static facts => facts.Version),
        ("ImageRevision", ["org.opencontainers.image.revision"], static facts => facts.Revision),
        ("ImageVendor", ["org.opencontainers.image.vendor"], static facts => facts.Vendor),
        ("ImageLicenses", ["org.opencontainers.image.licenses"], static facts => facts.Licenses),
        ("ImageTitle", ["org.opencontainers.image.title"], static facts => facts.Title),
        ("ImageBaseDigest", ["org.opencontainers.image.base.digest"], static facts => facts.BaseDigest),
        ("ImageBaseName", ["org.opencontainers.image.base.name"], static facts => facts.BaseName),
        ("DotnetToolset", ["net.dot.runtime.majorminor"], static facts => facts.RuntimeVersion),
        ("DotnetToolset", ["net.dot.sdk.version"], static facts => facts.SdkVersion),
    ];

    /// <summary>The properties that switch single labels, <c>ContainerGenerateLabelsImageTitle</c> and its like.</summary>
    public static IReadOnlyList<string> Switches { get; } = [.. Table.Select(static row => MasterSwitch + row.Switch).Distinct()];

    /// <summary>The labels of an image, by name.</summary>
    /// <param name="facts">What is known of the image.</param>
    /// <param name="switches">The switches that the user has set, by the property's name; the text <c>true</c> in any case is on, any other off.</param>
    public static IReadOnlyDictionary<string, string> Of(ImageLabelFacts facts, IReadOnlyDictionary<string, string> switches)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!IsOn(switches, MasterSwitch, byDefault: true)) return labels;
        foreach ((string name, string[] keys, Func<ImageLabelFacts, string?> value) in Table)
        {
            if (!IsOn(switches, MasterSwitch + name, byDefault: name != CreatedSwitch) || value(facts) is not { Length: > 0 } text) continue;
            foreach (string key in keys) labels[key] = text;
        }
        return labels;
    }

    private static bool IsOn(IReadOnlyDictionary<string, string> switches, string name, bool byDefault) =>
        switches.TryGetValue(name, out string? text) && text.Length > 0 ? text.Equals("true", StringComparison.OrdinalIgnoreCase) : byDefault;

    private static string? WithoutGitSuffix(string? url) => url is not null && url.EndsWith(".git", StringComparison.Ordinal) ? url[..^4] : url;
}

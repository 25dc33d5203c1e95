using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What the rules compare of an image and of the run image that it is to be put on.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Platform">What it is for.</param>
internal sealed record RebaseSide(string Name, Platform Platform)
{
    private const string DistributionNameLabel = "io.buildpacks.base.distro.name";
    private const string DistributionVersionLabel = "io.buildpacks.base.distro.version";
    private const string StackLabel = "io.buildpacks.stack.id";
    private const string MixinsLabel = "io.buildpacks.stack.mixins";

    /// <summary>The distribution as labels say it, or null.</summary>
    public TargetDistribution? Labelled { get; init; }

    /// <summary>The distribution as its own files say it, or null.</summary>
    public TargetDistribution? Installed { get; init; }

    /// <summary>The C library, or null where there is none.</summary>
    public string? CLibrary { get; init; }

    /// <summary>The stack (Platform API before 0.12), or null.</summary>
    public string? Stack { get; init; }

    /// <summary>What the stack has in addition, sorted.</summary>
    public IReadOnlyList<string> Mixins { get; init; } = [];

    /// <summary>Takes the facts together.</summary>
    /// <param name="name">What messages call the image.</param>
    /// <param name="config">The config.</param>
    /// <param name="system">What the system's layers hold.</param>
    /// <param name="known">The distribution where whoever found the image knows it, or null.</param>
    public static RebaseSide Of(string name, ImageConfig config, SystemFacts system, TargetDistribution? known = null)
    {
        IReadOnlyDictionary<string, string> labels = config.Labels;
        return new RebaseSide(name, config.Platform)
        {
            Labelled = Distribution(labels.GetValueOrDefault(DistributionNameLabel), labels.GetValueOrDefault(DistributionVersionLabel)),
            Installed = Distribution(system.DistributionName, system.DistributionVersion) ?? Distribution(known?.Name, known?.Version),
            CLibrary = system.CLibrary,
            Stack = labels.GetValueOrDefault(StackLabel) is { Length: > 0 } stack ? stack : null,
            Mixins = MixinsOf(labels.GetValueOrDefault(MixinsLabel)),
        };
    }

    private static TargetDistribution? Distribution(string? name, string? version) => string.IsNullOrEmpty(name) ? null : new TargetDistribution(name, string.IsNullOrEmpty(version) ? null : version);

    // Those of one image or the other have the image in front; malformed lists count as empty, as nobody reads them any more.
    private static string[] MixinsOf(string? label)
    {
        try
        {
            return label is null || JsonNode.Parse(label) is not JsonArray list ? []
                : [.. list.OfType<JsonValue>().Where(static item => item.GetValueKind() == JsonValueKind.String).Select(static item => item.GetValue<string>()).Where(static mixin => !mixin.StartsWith("build:", StringComparison.Ordinal))
                    .Select(static mixin => mixin.StartsWith("run:", StringComparison.Ordinal) ? mixin[4..] : mixin).Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}

using System.Text.Json;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Which run image is wanted.</summary>
public sealed record DebianRunImageRequest
{
    private const string InvariantVariable = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    /// <summary>Its name, which says the suite.</summary>
    public required DebianRunImageName Name { get; init; }

    /// <summary>What it runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Whether the app uses cultures: an app that is globalization-invariant needs no ICU.</summary>
    public bool IncludeIcu { get; init; }

    /// <summary>
    /// What an image that exists needs in place of its run image: ICU where the present one has it, which the history of an assembled
    /// one says. Where the image has another one, or another tool lost the history, ICU unless the image's environment says that the app
    /// does without.
    /// </summary>
    /// <param name="name">The run image that is wanted.</param>
    /// <param name="image">The image.</param>
    public static DebianRunImageRequest For(DebianRunImageName name, BuildpacksImage image) => new()
    {
        Name = name,
        Platform = image.Image.Config.Platform,
        IncludeIcu = Assembled(image) is { } packages
            ? packages.Any(static package => package.StartsWith("libicu", StringComparison.Ordinal))
            : !image.Image.Config.Environment.Any(static variable => variable.Key == InvariantVariable && variable.Value is "1" or "true" or "True" or "TRUE"),
    };

    // The packages that the history of the run image names, or null where it was not assembled from packages.
    private static string[]? Assembled(BuildpacksImage image)
    {
        using JsonDocument config = JsonDocument.Parse(image.Image.ConfigBytes);
        if (!config.RootElement.TryGetProperty("history", out JsonElement history) || history.ValueKind != JsonValueKind.Array) return null;
        JsonElement first = history.EnumerateArray().FirstOrDefault();
        return first.ValueKind == JsonValueKind.Object && first.TryGetProperty("created_by", out JsonElement createdBy) && createdBy.ValueKind == JsonValueKind.String
            && createdBy.GetString() is { } text && DebianRunImageName.IsMeant(text) && text.IndexOf(": ", StringComparison.Ordinal) is > 0 and int colon
            ? text[(colon + 2)..].Split(", ")
            : null;
    }
}

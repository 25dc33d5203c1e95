using System.Text.Json;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>Takes the launcher out of a builder or lifecycle image, as it is. Nothing of the image is executed.</summary>
public static class LauncherImage
{
    // A launcher has few MB; all of it is read into memory.
    private const long MaxLength = 64 << 20;

    // What an image made here is for, the newest first: nothing that it asks of a launcher differs between them.
    private static readonly string[] PlatformApis = ["0.15", "0.14", "0.13", "0.12"];

    /// <summary>Reads the launcher.</summary>
    /// <param name="image">The image, for the platform of the image that gets the launcher.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">BPT2192: there is none. BPT2193: it is for other Platform APIs. Or a layer cannot be read.</exception>
    public static async Task<LauncherFiles> ReadAsync(Image image, string name, CancellationToken cancellationToken)
    {
        (string version, IReadOnlyList<string> supported) = Facts(image.Config);
        string api = PlatformApis.FirstOrDefault(supported.Contains)
            ?? (supported.Count == 0 ? PlatformApis[^1] : throw LifecycleErrors.LauncherSpeaksOther(name, supported, PlatformApis));

        string path = LauncherFiles.Program[1..];
        IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(image, [path], MaxLength, cancellationToken);
        if (!files.TryGetValue(path, out byte[]? program) || !program.AsSpan().StartsWith("\u007fELF"u8)) throw LifecycleErrors.NoLauncherInImage(name);
        return new LauncherFiles([LayerEntry.ForFile(path, FileContent.FromBytes(program), LayerEntry.ExecutableMode)], version, api);
    }

    /// <summary>What the labels say: those of a lifecycle image, or a builder's, which has the same as a part of its metadata.</summary>
    private static (string Version, IReadOnlyList<string> Supported) Facts(ImageConfig config)
    {
        TomlTable? lifecycle = Sub(Json(config, "io.buildpacks.builder.metadata"), "lifecycle");
        TomlTable? apis = Json(config, "io.buildpacks.lifecycle.apis") ?? Sub(lifecycle, "apis");
        string version = config.Labels.GetValueOrDefault("io.buildpacks.lifecycle.version") ?? (lifecycle?.GetValueOrDefault("version") as string) ?? "";
        return (version, [.. (Sub(apis, "platform")?.GetValueOrDefault("supported") as TomlArray ?? []).OfType<string>()]);
    }

    private static TomlTable? Json(ImageConfig config, string label)
    {
        if (!config.Labels.TryGetValue(label, out string? text)) return null;
        try
        {
            return LabelJson.Read(text);
        }
        catch (JsonException)
        {
            // The program decides in the end; what the label would add is a better message.
            return null;
        }
    }

    private static TomlTable? Sub(TomlTable? table, string key) => table?.GetValueOrDefault(key) as TomlTable;
}

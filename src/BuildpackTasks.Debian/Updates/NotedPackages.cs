using System.Collections;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.Debian;

/// <summary>What an image notes of the packages in its layer.</summary>
/// <param name="Requested">The names of those that were asked for, sorted; where the image does not say which, all.</param>
/// <param name="Versions">The versions of all, by name.</param>
internal sealed record NotedPackages(IReadOnlyList<string> Requested, IReadOnlyDictionary<string, string> Versions)
{
    // More than any image has; the label can hold anything.
    private const int MaxCount = 20_000;

    /// <summary>Reads the note.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The packages, or null where the image has no such layer.</returns>
    /// <exception cref="DebianException">BPT4054: the note is not what a build writes.</exception>
    public static NotedPackages? Of(BuildpacksImage image)
    {
        if (!image.LayersOf(DebianPackagesBuildpack.Id).TryGetValue(DebianPackagesBuildpack.Layer.ToString(), out LayerMetadata? layer)) return null;
        if (image.IndexOf(layer.Sha) < 0) throw DebianErrors.MalformedPackagesNote(image.Name);
        if (Texts(layer.Data.GetValueOrDefault(AddedPackages.PackagesKey)) is not { } packages) throw DebianErrors.MalformedPackagesNote(image.Name);

        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in packages)
        {
            if (text.Split(' ') is not [var name, var version] || !Package.IsName(name) || !DebianVersion.TryParse(version, out _) || !versions.TryAdd(name, version))
                throw DebianErrors.MalformedPackagesNote(image.Name);
        }
        List<string> requested = layer.Data.TryGetValue(AddedPackages.RequestedKey, out object? note)
            ? Texts(note) ?? throw DebianErrors.MalformedPackagesNote(image.Name)
            : [.. versions.Keys];
        if (requested.Count == 0 || !requested.All(Package.IsName)) throw DebianErrors.MalformedPackagesNote(image.Name);
        return new NotedPackages([.. requested.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], versions);
    }

    private static List<string>? Texts(object? note)
    {
        if (note is string || note is not IEnumerable list) return null;
        var texts = new List<string>();
        foreach (object? item in list)
        {
            if (item is not string text || texts.Count == MaxCount) return null;
            texts.Add(text);
        }
        return texts;
    }
}

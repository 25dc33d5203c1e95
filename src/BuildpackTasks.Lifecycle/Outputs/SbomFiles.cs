namespace BuildpackTasks.Lifecycle;

/// <summary>The bills of materials that a buildpack wrote (buildpack specification, "Software-Bill-of-Materials").</summary>
internal static class SbomFiles
{
    private const string Mark = ".sbom.";

    private static readonly IReadOnlyDictionary<string, string> MediaTypes = new Dictionary<string, string>
    {
        ["cdx.json"] = "application/vnd.cyclonedx+json",
        ["spdx.json"] = "application/spdx+json",
        ["syft.json"] = "application/vnd.syft+json",
    };

    /// <summary>Finds the files, in the order of their names.</summary>
    /// <param name="files">The buildpack's layers directory.</param>
    /// <param name="buildpack">The buildpack, which says what formats it writes.</param>
    /// <param name="layers">The layers that it described; a file for another is of a layer that is gone, and not looked at.</param>
    /// <exception cref="LifecycleException">BPT2124, BPT2125: what has such a name is not a file. BPT2130: its format is not known, or not declared.</exception>
    public static IReadOnlyList<SbomFile> Find(WrittenFiles files, BuildpackDescriptor buildpack, IReadOnlyList<WrittenLayer> layers)
    {
        string[] declared = [.. buildpack.SbomFormats.Select(static format => format.Split(';')[0].Trim())];
        var found = new List<SbomFile>();
        foreach (string file in files.Names(""))
        {
            // The last mark: a layer's name may have dots in it, and even this.
            int mark = file.LastIndexOf(Mark, StringComparison.Ordinal);
            if (mark <= 0) continue;
            string subject = file[..mark];
            SbomScope scope = subject switch { "launch" => SbomScope.Launch, "build" => SbomScope.Build, _ => SbomScope.Layer };
            WrittenLayer? layer = scope == SbomScope.Layer ? layers.FirstOrDefault(layer => layer.Name.ToString() == subject) : null;
            if (scope == SbomScope.Layer && layer is null) continue;

            WrittenFile written = files.Find(file);
            string path = files.PathOf(file);
            // A layer may be called like a bill of materials; its directory is no file.
            if (written.Kind == WrittenFileKind.Directory) continue;
            if (written.Kind == WrittenFileKind.Outside) throw LifecycleErrors.WrittenLinkLeadsOut(path, files.Origin);
            if (written.Kind != WrittenFileKind.File) throw LifecycleErrors.NotAFile(path, files.Origin);
            string extension = file[(mark + Mark.Length)..];
            if (!MediaTypes.TryGetValue(extension, out string? mediaType))
                throw LifecycleErrors.BadSbom(path, files.Origin, $"it ends with none of {string.Join(", ", MediaTypes.Keys)}");
            if (!declared.Contains(mediaType, StringComparer.Ordinal))
                throw LifecycleErrors.BadSbom(path, files.Origin, $"buildpack.toml does not declare {mediaType} in sbom-formats");
            found.Add(new SbomFile(scope, layer?.Name, extension, written.Path));
        }
        return found;
    }
}

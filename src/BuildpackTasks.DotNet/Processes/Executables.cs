namespace BuildpackTasks.DotNet;

/// <summary>Finds the programs among the published files by what they hold, not by the build machine's modes.</summary>
internal static class Executables
{
    /// <summary>The paths that are programs for Linux or scripts with an interpreter.</summary>
    public static IReadOnlySet<string> Of(PublishedApp app, CancellationToken cancellationToken)
    {
        HashSet<string> served = [.. AppSlices.Of(app).Where(static slice => slice.Name == AppSlices.Static).SelectMany(static slice => slice.Paths)];
        var programs = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in app.Paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Nobody executes what .NET loads, or what is only sent to browsers.
            if (Path.GetExtension(path) is ".dll" or ".pdb" or ".json" or ".xml" || served.Contains(path)) continue;
            string full = Path.Combine(app.Directory, path);
            if (ElfFile.TryRead(full) is { IsProgram: true } || IsScript(full)) programs.Add(path);
        }
        return programs;
    }

    private static bool IsScript(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            Span<byte> head = stackalloc byte[3];
            return stream.ReadAtLeast(head, 3, throwOnEndOfStream: false) == 3 && head.StartsWith("#!"u8) && (head[2] == '/' || head[2] == ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

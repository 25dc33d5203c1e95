namespace BuildpackTasks.Lifecycle;

/// <summary>Remembers under which tags the runs in a directory kept what they replaced, so that later patterns leave those alone.</summary>
internal static class KeptTags
{
    private const string FileName = "keep-tags";
    private const int MaxBytes = 1 << 20;

    /// <summary>Those of this run and of the runs before.</summary>
    public static IReadOnlyList<KeepTag> Known(FleetSettings settings) =>
        [.. Read(settings.Directory).Append(settings.KeepTag?.Template).OfType<string>().Distinct(StringComparer.Ordinal).Select(Parse).OfType<KeepTag>()];

    /// <summary>Remembers that of this run.</summary>
    public static async Task RememberAsync(FleetSettings settings)
    {
        if (settings.KeepTag is not { } keepTag || Read(settings.Directory) is var known && known.Contains(keepTag.Template, StringComparer.Ordinal)) return;
        await StateFile.WriteAsync(Path.Combine(settings.Directory, FileName), async stream =>
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (string template in known.Append(keepTag.Template)) await writer.WriteLineAsync(template);
        });
    }

    private static string[] Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return !File.Exists(path) || new FileInfo(path).Length > MaxBytes ? [] : File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    private static KeepTag? Parse(string template)
    {
        try
        {
            return KeepTag.Parse(template);
        }
        catch (LifecycleException)
        {
            // Somebody else's line.
            return null;
        }
    }
}

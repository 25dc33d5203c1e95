using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The registries that a file names, found before its images are worked on. A file that cannot be read, or only once (a pipe), names
/// none here: the run itself says what is wrong with it.
/// </summary>
public static class FleetRegistries
{
    /// <summary>The registries of a list of images.</summary>
    /// <param name="path">The absolute path of the list.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Task<IReadOnlySet<string>> OfListAsync(string path, CancellationToken cancellationToken = default) =>
        FindAsync(path, FleetList.ReadAsync(path, cancellationToken));

    /// <summary>The registries of a rollback file.</summary>
    /// <param name="path">The absolute path of the file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Task<IReadOnlySet<string>> OfRollbackFileAsync(string path, CancellationToken cancellationToken = default) =>
        FindAsync(path, RollbackFile.ReadAsync(path, cancellationToken)
            .Where(static line => line.Entry is not null)
            .Select(static line => FleetItem.Parse(line.Entry!.Image, "/")));

    private static async Task<IReadOnlySet<string>> FindAsync(string path, IAsyncEnumerable<FleetItem> items)
    {
        var registries = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            if (!IsReadTwice(path)) return registries;
            await foreach (FleetItem item in items)
            {
                if (item.Location?.Reference is { } reference) registries.Add(reference.Registry);
            }
            return registries;
        }
        catch (Exception e) when (e is CodedException or IOException or UnauthorizedAccessException)
        {
            return new HashSet<string>();
        }
    }

    // A pipe has no length, and what a shell gives in place of a file (/dev/fd/63) leads to one.
    private static bool IsReadTwice(string path) => (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is FileInfo { Exists: true, Length: > 0 };
}

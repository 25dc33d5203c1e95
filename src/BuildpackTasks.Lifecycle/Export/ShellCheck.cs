using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Refuses what could not start: a process that a shell starts, in an image where that shell is missing. The launcher would say so
/// too, but only where the image runs.
/// </summary>
/// <param name="cache">Remembers which run images have the shell.</param>
internal sealed class ShellCheck(LayerCache cache)
{
    private const string Shell = "bin/bash";
    private const string MergedShell = "usr/bin/bash";

    // The shell itself and what it may be a link to.
    private const long MaxLength = 64 << 20;

    /// <summary>Checks.</summary>
    /// <exception cref="CodedException">BPT2194: there is no shell. Or a layer of the run image cannot be read.</exception>
    public async Task CheckAsync(IReadOnlyList<BuiltProcess> processes, ResolvedImage runImage, IReadOnlyList<PlannedLayer> planned, CancellationToken cancellationToken)
    {
        BuiltProcess? needing = processes.FirstOrDefault(static built => !built.Process.Direct);
        // A layer that is known by its fingerprint may have anything in it.
        if (needing is null || planned.Any(static layer => layer.Contents is null || layer.Contents.Entries.Any(static entry => entry.Path is Shell or MergedShell))) return;
        if (!await HasShellAsync(runImage, cancellationToken)) throw LifecycleErrors.NoShell(needing.Process.Type.ToString(), runImage.Name);
    }

    private async Task<bool> HasShellAsync(ResolvedImage runImage, CancellationToken cancellationToken)
    {
        // The layers decide, and reading them may mean to fetch them.
        string layers = string.Join('\n', runImage.Image.Layers.Select(static layer => layer.DiffId));
        Digest key = LayerFingerprint.OfInputs($"has {Shell}\n{layers}", LayerCompression.Balanced);
        if (await cache.Records.TryReadAsync(key, 1, cancellationToken) is [var known]) return known == (byte)'y';
        bool has = (await ImageFiles.ReadAsync(runImage.Image, [Shell], MaxLength, cancellationToken)).ContainsKey(Shell);
        await cache.Records.WriteAsync(key, has ? "y"u8.ToArray() : "n"u8.ToArray(), cancellationToken);
        return has;
    }
}

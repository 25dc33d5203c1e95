using System.Globalization;

namespace BuildpackTasks.Oci;

/// <summary>
/// Directories that were made of something, by a digest of what: <c>trees/HEX/tree</c>. A tree appears whole, by a rename within the
/// file system, so that concurrent processes and a kill at any moment leave no half of one. <c>trees/HEX/used</c> says how large it is and,
/// by its time, when it was used last.
/// </summary>
public sealed class TreeStore
{
    internal const string Folder = "trees";
    internal const string UsedFile = "used";

    private const string TreeName = "tree";

    private readonly CacheDirectory directory;

    internal TreeStore(CacheDirectory directory) => this.directory = directory;

    /// <summary>The absolute path of a tree, or null where it is not there. Asking counts as using it.</summary>
    /// <param name="key">What it was made of.</param>
    public string? PathOf(Digest key)
    {
        string used = Path.Combine(Home(key), UsedFile);
        string tree = Path.Combine(Home(key), TreeName);
        if (!File.Exists(used) || !Directory.Exists(tree)) return null;
        directory.Touch(used);
        return tree;
    }

    /// <summary>The absolute path of a tree that is there, or that is made now. Nobody may change it.</summary>
    /// <param name="key">What it is made of.</param>
    /// <param name="fill">Makes it in an empty directory, and says about how many bytes it takes.</param>
    /// <param name="cancellationToken">Stops the making; nothing is added then.</param>
    /// <exception cref="OciException">BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public async Task<string> GetOrAddAsync(Digest key, Func<string, CancellationToken, Task<long>> fill, CancellationToken cancellationToken)
    {
        if (PathOf(key) is { } known) return known;
        string temporary = directory.NewTemporaryPath();
        string tree = Path.Combine(temporary, TreeName);
        try
        {
            OnDisk(() => Directory.CreateDirectory(tree));
            long size = await fill(tree, cancellationToken);
            OnDisk(() => File.WriteAllText(Path.Combine(temporary, UsedFile), size.ToString(CultureInfo.InvariantCulture)));
            cancellationToken.ThrowIfCancellationRequested();
            return Publish(temporary, key);
        }
        catch
        {
            CacheDirectory.TryDeleteTree(temporary);
            throw;
        }
    }

    private string Publish(string temporary, Digest key)
    {
        string home = Home(key);
        OnDisk(() => Directory.CreateDirectory(Path.GetDirectoryName(home)!));
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Move(temporary, home);
                return Path.Combine(home, TreeName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (PathOf(key) is { } other)
                {
                    // Somebody else was faster, with the same.
                    CacheDirectory.TryDeleteTree(temporary);
                    return other;
                }
                // What is there is no tree: a part of one, that somebody left who removed it by hand.
                if (attempt > 0 || !Directory.Exists(home) || !directory.TryRemoveTree(home)) throw OciErrors.UnwritableCache(directory.Path, e);
            }
        }
    }

    private void OnDisk(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnwritableCache(directory.Path, e);
        }
    }

    private string Home(Digest key) => Path.Combine(directory.Path, Folder, key.Hex);
}

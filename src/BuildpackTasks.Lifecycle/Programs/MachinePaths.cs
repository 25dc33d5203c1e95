namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Paths of the image that this machine has for the time of one phase: symbolic links to where the directories really are. One
/// build has them at a time; others wait. A build that was ended by force leaves a journal by which the next one removes them.
/// </summary>
internal sealed class MachinePaths : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream journal;
    private readonly List<string> made = [];

    private MachinePaths(FileStream journal) => this.journal = journal;

    /// <summary>Makes the links.</summary>
    /// <param name="links">The paths, each with the directory that it leads to.</param>
    /// <param name="message">Told once where another build has to be waited for.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="LifecycleException">BPT2162: a path is taken, or may not be made.</exception>
    public static async Task<MachinePaths> MakeAsync(IEnumerable<(string Path, string Directory)> links, Action<string> message, CancellationToken cancellationToken)
    {
        var paths = new MachinePaths(await LockAsync(message, cancellationToken));
        try
        {
            paths.RemoveLeft();
            foreach ((string path, string directory) in links) paths.Make(path, directory);
            return paths;
        }
        catch
        {
            paths.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Remove(made);
        try
        {
            journal.SetLength(0);
        }
        catch (IOException)
        {
            // What is in it is not there any more.
        }
        journal.Dispose();
    }

    // The file stays: to remove it would let two builds lock two files of one name.
    private static async Task<FileStream> LockAsync(Action<string> message, CancellationToken cancellationToken)
    {
        string file = JournalFile();
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (UnauthorizedAccessException e)
            {
                throw LifecycleErrors.NoMachinePath(file, e.Message, e);
            }
            catch (IOException e) when (!File.Exists(file))
            {
                throw LifecycleErrors.NoMachinePath(file, e.Message, e);
            }
            catch (IOException)
            {
                if (!told) message("Waiting for another build, whose buildpacks use the paths of its image on this machine.");
                await Task.Delay(Interval, cancellationToken);
            }
        }
    }

    // What it names is deleted, and itself emptied: it is where nobody else can put a file or a link.
    private static string JournalFile()
    {
        const string Name = "buildpacktasks-paths";
        if (Environment.IsPrivilegedProcess && Array.Find(["/run", "/"], static path => Directory.Exists(path) && FileOwner.IsOwn(path)) is { } system) return Path.Join(system, Name);
        string cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } set && Path.IsPathFullyQualified(set) ? set
            : Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache");
        string directory = Path.Join(cache, Name);
        try
        {
            if (!OperatingSystem.IsWindows()) Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return FileOwner.IsOwn(directory) ? Path.Join(directory, "journal") : throw LifecycleErrors.NoMachinePath(directory, "somebody else may write to the directory that is there");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.NoMachinePath(directory, e.Message, e);
        }
    }

    private void Make(string path, string directory)
    {
        try
        {
            if (Path.GetFullPath(directory) == path) return;
            if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null) throw LifecycleErrors.NoMachinePath(path, "something is there already");
            MakeParents(Path.GetDirectoryName(path)!);
            Note(path);
            Directory.CreateSymbolicLink(path, directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.NoMachinePath(path, e.Message, e);
        }
    }

    private void MakeParents(string directory)
    {
        if (Directory.Exists(directory)) return;
        MakeParents(Path.GetDirectoryName(directory)!);
        Note(directory);
        Directory.CreateDirectory(directory);
    }

    // Before it is made: what is noted and not there does no harm.
    private void Note(string path)
    {
        made.Add(path);
        journal.Write(System.Text.Encoding.UTF8.GetBytes(path + "\n"));
    }

    private void RemoveLeft()
    {
        using var reader = new StreamReader(journal, leaveOpen: true);
        Remove([.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified)]);
        journal.Position = 0;
        journal.SetLength(0);
    }

    // Links, and directories that nothing else is in by now; never what they lead to.
    private static void Remove(IEnumerable<string> paths)
    {
        foreach (string path in paths.Reverse())
        {
            try
            {
                if (new FileInfo(path).LinkTarget is not null) File.Delete(path);
                else if (Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()) Directory.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A link more on the machine is no reason for a publish to fail that has succeeded.
            }
        }
    }
}

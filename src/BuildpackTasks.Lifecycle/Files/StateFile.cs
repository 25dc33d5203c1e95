using System.Text;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// How every file of the state of a build is read and written. A reader sees the whole old or the whole new file, never a half. Small
/// files are read and written at once: a file that is asynchronous costs a switch of threads and, in a process that has just begun,
/// the compilation of every method that waits for it.
/// </summary>
internal static class StateFile
{
    // The largest of these files lists the app's files by name: megabytes for the largest apps.
    private const long MaxLength = 64 << 20;

    /// <summary>Reads a TOML file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="phase">The target that writes it, which the error for a missing file names.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Task<TableReader> ReadAsync(string path, string phase, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (!File.Exists(path)) throw LifecycleErrors.NoStateFile(path, phase);
            if (new FileInfo(path).Length > MaxLength) throw LifecycleErrors.MalformedFile(path, $"it is larger than {MaxLength >> 20} MiB");
            return Task.FromResult(new TableReader(TomlReader.Read(File.ReadAllBytes(path)), path));
        }
        catch (TomlException e)
        {
            throw LifecycleErrors.MalformedFile(path, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(path, e);
        }
    }

    /// <summary>Writes a TOML file in place of the one that may be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="table">What it shall hold.</param>
    /// <param name="cancellationToken">Stops the writing; the old file stays.</param>
    public static Task WriteAsync(string path, TomlTable table, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = Encoding.UTF8.GetBytes(TomlWriter.Write(table));
        return WriteAsync(path, stream =>
        {
            stream.Write(bytes);
            stream.Flush();
            return Task.CompletedTask;
        });
    }

    /// <summary>Writes a file in place of the one that may be there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content.</param>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await write(stream);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception ignored) when (ignored is IOException or UnauthorizedAccessException)
            {
                // What went wrong first is what the user needs to hear.
            }
            if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.CannotWrite(path, e);
            throw;
        }
    }

    /// <summary>Deletes a file that may be there.</summary>
    /// <param name="path">The file.</param>
    public static void Delete(string path)
    {
        try
        {
            if (File.Exists(path)) File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(path, e);
        }
    }

    /// <summary>Deletes a directory that may be there, with all that is in it, also where a program took away the right to.</summary>
    /// <param name="path">The directory.</param>
    public static void DeleteDirectory(string path)
    {
        if (DirectoryTree.TryDelete(path)) return;
        try
        {
            // Says why.
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(path, e);
        }
    }
}

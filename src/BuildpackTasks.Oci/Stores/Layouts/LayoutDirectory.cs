namespace BuildpackTasks.Oci;

/// <summary>The files of a layout in a directory.</summary>
/// <param name="directory">The directory's absolute path.</param>
internal sealed class LayoutDirectory(string directory) : IStoredFiles
{
    public string Name => directory;

    public StoredFile? Find(string path)
    {
        var file = new FileInfo(Path.Join(directory, path));
        // The lock of a writer is on 'oci-layout': reading must not ask for one.
        return file.Exists
            ? new StoredFile(file.Length, () => new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous))
            : null;
    }
}

namespace BuildpackTasks.Oci;

/// <summary>A file that holds images, of whichever kind.</summary>
public static class ImageArchive
{
    /// <summary>Finds out which kind of archive a file is. One that is both, as Docker writes them since version 25, is read as OCI.</summary>
    /// <param name="path">The archive's path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1201: it cannot be read; BPT1220: it is no archive of images.</exception>
    public static async Task<IImageStore> OpenAsync(string path, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        ArchiveFiles files = await ArchiveFiles.OpenAsync(path, cancellationToken);
        if (OciArchiveStore.IsOci(files)) return new OciArchiveStore(path);
        if (DockerArchiveReader.IsDocker(files)) return new DockerArchiveStore(path);
        throw OciErrors.NotAnArchive(path, "it holds neither 'oci-layout' and 'index.json' nor 'manifest.json'");
    }
}

namespace BuildpackTasks.Oci;

/// <summary>A way to talk to an engine that runs.</summary>
internal interface IEngineConnection
{
    /// <summary>Has the engine load a docker archive.</summary>
    /// <param name="archive">What the archive consists of.</param>
    /// <param name="progress">Told of every blob that was sent.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="OciException">BPT1241: the engine refuses; BPT1242: it cannot be reached any more.</exception>
    Task LoadAsync(IReadOnlyList<ArchiveEntry> archive, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken);
}

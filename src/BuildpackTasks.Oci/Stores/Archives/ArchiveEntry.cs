namespace BuildpackTasks.Oci;

/// <summary>A file of an archive that is to be written.</summary>
/// <param name="Path">Its path in the archive; a directory's ends in a slash.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Open">Opens its bytes.</param>
/// <param name="Blob">What of the image it is, where that is of interest to who watches; else null.</param>
internal sealed record ArchiveEntry(string Path, long Size, Func<CancellationToken, Task<Stream>> Open, Descriptor? Blob = null)
{
    public static ArchiveEntry Directory(string path) => FromBytes(path + "/", default);

    public static ArchiveEntry FromBytes(string path, ReadOnlyMemory<byte> bytes, Descriptor? blob = null) =>
        new(path, bytes.Length, _ => Task.FromResult<Stream>(new MemoryStream(bytes.ToArray(), writable: false)), blob);

    public static ArchiveEntry FromLayer(string path, ILayer layer) => new(path, layer.Descriptor.Size, layer.OpenAsync, layer.Descriptor);
}

namespace BuildpackTasks.Oci;

/// <summary>A file of a store: its length, and its bytes when somebody asks for them.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="Open">Opens the bytes, not verified.</param>
internal sealed record StoredFile(long Length, Func<Stream> Open)
{
    /// <summary>Opens the bytes as content whose descriptor is known.</summary>
    /// <param name="store">What messages call the place that holds the file.</param>
    /// <param name="descriptor">What the content must be.</param>
    /// <exception cref="OciException">BPT1201: it cannot be opened; BPT1203: it is not what it should be, now or while it is read.</exception>
    public VerifyingStream OpenVerified(string store, Descriptor descriptor)
    {
        if (Length != descriptor.Size) throw OciErrors.DamagedBlob(store, descriptor.Digest, $"it has {Length} bytes instead of {descriptor.Size}");
        try
        {
            return new VerifyingStream(
                Open(),
                descriptor,
                () => OciErrors.DamagedBlob(store, descriptor.Digest, "its bytes have another digest"),
                cause => cause is null ? OciErrors.DamagedBlob(store, descriptor.Digest, "it ends too early") : OciErrors.CannotReadStore(store, cause.Message, cause));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.CannotReadStore(store, e.Message, e);
        }
    }

    /// <summary>Reads all bytes of a short file whose digest nobody knows.</summary>
    /// <param name="store">What messages call the place that holds the file.</param>
    /// <param name="maxLength">The most bytes that it may have.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1201: it cannot be read or is too long.</exception>
    public async Task<byte[]> ReadAsync(string store, long maxLength, CancellationToken cancellationToken)
    {
        try
        {
            // The file may have been replaced since it was found: what counts is what is open now.
            await using Stream stream = Open();
            var bytes = new MemoryStream();
            var buffer = new byte[16 << 10];
            for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (bytes.Length + count > maxLength) throw OciErrors.CannotReadStore(store, $"a file in it has more than {maxLength} bytes");
                bytes.Write(buffer, 0, count);
            }
            return bytes.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.CannotReadStore(store, e.Message, e);
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// Reads the entries of a layer's tar one after another (ustar, pax, GNU long names). Made for archives of strangers: headers
/// are bounded before memory is set aside for them, and nothing is written anywhere.
/// </summary>
internal sealed class LayerTarReader(Stream stream, long maxLength)
{
    private const int MaxMetadata = 1024 * 1024;
    private const int MaxPath = 4096;

    // A path that climbs or that no system would take is kept as a name that nothing in an image can have.
    private const string Unusable = "\0";

    private readonly byte[] block = new byte[TarHeader.BlockSize];
    private long position;
    private long contentLeft;
    private int padding;

    /// <summary>Whether the archive's end was seen. What was cut off between two entries has none, and some writers leave it out.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Goes to the next entry, past the content of the one before.</summary>
    /// <returns>The entry, or null at the archive's end.</returns>
    /// <exception cref="InvalidDataException">The archive is not a tar, or is larger than anybody's layer.</exception>
    public async Task<TarEntry?> ReadNextAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> extended = new(StringComparer.Ordinal);
        // What comes before one entry is bounded as a whole: the headers themselves can go on without end.
        int metadata = MaxMetadata;
        while (true)
        {
            await SkipAsync(contentLeft + padding, cancellationToken);
            (contentLeft, padding) = (0, 0);
            if (!await TryReadBlockAsync(cancellationToken)) return null;
            if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
            {
                HasEnd = true;
                return null;
            }
            if (!HasRightChecksum()) throw new InvalidDataException("it is not a tar archive, or is damaged");

            long size = Number(124, 12);
            if (extended.TryGetValue("size", out string? longSize) && !long.TryParse(longSize, NumberStyles.None, CultureInfo.InvariantCulture, out size)) throw new InvalidDataException("a size in it is not a number");
            if (size < 0) throw new InvalidDataException("a size in it is negative");
            byte type = block[156];

            // What only leads to another entry has no content, whatever its size says (pax, "ustar Interchange Format").
            contentLeft = type is (byte)'1' or (byte)'2' or (byte)'3' or (byte)'4' or (byte)'5' or (byte)'6' ? 0 : size;
            // Also what is skipped counts, and what is larger than everything may not become a negative number with its padding.
            if (contentLeft > maxLength - position) throw TooLong();
            padding = TarHeader.Padding(contentLeft);
            switch (type)
            {
                case (byte)'x':
                    ReadRecords(await ReadMetadataAsync(), extended);
                    continue;
                case (byte)'L':
                    extended["path"] = Text(await ReadMetadataAsync());
                    continue;
                case (byte)'K':
                    extended["linkpath"] = Text(await ReadMetadataAsync());
                    continue;
                case (byte)'g':
                    continue;
                case (byte)'S':
                    await SkipSparseMapAsync(cancellationToken);
                    break;
            }

            string path = extended.GetValueOrDefault("path") ?? NameInBlock();
            string link = extended.GetValueOrDefault("linkpath") ?? Text(block.AsSpan(157, 100));
            TarEntryKind kind = KindOf(type, path, extended);

            // A hard link names a path of the archive, a symbolic link holds any text.
            return new TarEntry(kind, Normalized(path), kind == TarEntryKind.HardLink ? Normalized(link) : link.Length <= MaxPath ? link : Unusable, contentLeft, path, Mode());
        }

        async Task<byte[]> ReadMetadataAsync()
        {
            byte[] content = await ReadContentAsync(metadata, cancellationToken);
            metadata -= content.Length;
            return content;
        }
    }

    /// <summary>Reads the present entry's content.</summary>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="maxContent"/>, or the archive ends in it.</exception>
    public async Task<byte[]> ReadContentAsync(long maxContent, CancellationToken cancellationToken)
    {
        if (contentLeft > maxContent) throw new InvalidDataException($"an entry in it has {contentLeft} bytes where at most {maxContent} are expected");
        byte[] content = new byte[contentLeft];
        await stream.ReadExactlyAsync(content, cancellationToken);
        Count(content.Length);
        contentLeft = 0;
        return content;
    }

    /// <summary>Copies the present entry's content.</summary>
    /// <param name="write">Is given one part after the other.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <exception cref="EndOfStreamException">The archive ends in it.</exception>
    public async Task CopyContentAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (contentLeft > 0)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(contentLeft, buffer.Length)), cancellationToken);
                if (read == 0) throw new EndOfStreamException();
                Count(read);
                contentLeft -= read;
                await write(buffer.AsMemory(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads what is left after the last entry, so that what is below can verify the whole.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => SkipAsync(long.MaxValue, cancellationToken);

    private static TarEntryKind KindOf(byte type, string path, Dictionary<string, string> extended) => type switch
    {
        // Before POSIX a directory was a file whose name ends in a slash.
        0 or (byte)'0' or (byte)'7' => path.EndsWith('/') ? TarEntryKind.Directory
            : extended.Keys.Any(static key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)) ? TarEntryKind.Other : TarEntryKind.File,
        (byte)'1' => TarEntryKind.HardLink,
        (byte)'2' => TarEntryKind.SymbolicLink,
        (byte)'5' => TarEntryKind.Directory,
        _ => TarEntryKind.Other,
    };

    private static string Normalized(string path)
    {
        string[] parts = [.. path.Split('/').Where(static part => part is not ("" or "."))];
        return path.Length > MaxPath || parts.Contains("..") ? Unusable : string.Join('/', parts);
    }

    private string NameInBlock()
    {
        string name = Text(block.AsSpan(0, 100));
        bool posix = block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        return posix && Text(block.AsSpan(345, 155)) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field);

    private long Number(int offset, int length)
    {
        ReadOnlySpan<byte> field = block.AsSpan(offset, length);
        // GNU's base 256 for what octal digits cannot say; the first eight bytes before the last eight have to be empty.
        if ((field[0] & 0x80) != 0)
        {
            if (field[0] != 0x80 || field[1..^8].IndexOfAnyExcept((byte)0) >= 0) throw new InvalidDataException("a number in it is too large");
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }
        long value = 0;
        foreach (byte digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw new InvalidDataException("a number in it is not octal");
            value = value * 8 + (digit - '0');
        }
        return value;
    }

    // Only who unpacks asks for it: what is no number is no permission.
    private int Mode()
    {
        int mode = 0;
        foreach (byte digit in block.AsSpan(100, 8).Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') return 0;
            mode = (mode * 8 + (digit - '0')) & 0xfff;
        }
        return mode;
    }

    private bool HasRightChecksum()
    {
        int sum = 8 * ' ';
        for (int i = 0; i < block.Length; i++) sum += i is >= 148 and < 156 ? 0 : block[i];
        try
        {
            return Number(148, 8) == sum;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static void ReadRecords(ReadOnlySpan<byte> records, Dictionary<string, string> extended)
    {
        while (records.Length > 0)
        {
            int blank = records.IndexOf((byte)' ');
            if (blank < 0 || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= blank + 1 || length > records.Length || records[length - 1] != '\n')
                throw new InvalidDataException("an extended header in it is malformed");
            ReadOnlySpan<byte> record = records[(blank + 1)..(length - 1)];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0) throw new InvalidDataException("an extended header in it is malformed");
            extended[Encoding.UTF8.GetString(record[..equals])] = Encoding.UTF8.GetString(record[(equals + 1)..]);
            records = records[length..];
        }
    }

    private async Task SkipSparseMapAsync(CancellationToken cancellationToken)
    {
        for (bool more = block[482] != 0; more; more = block[504] != 0)
        {
            if (!await TryReadBlockAsync(cancellationToken)) throw new EndOfStreamException();
        }
    }

    private async Task<bool> TryReadBlockAsync(CancellationToken cancellationToken)
    {
        int read = await stream.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken);
        Count(read);
        return read == block.Length || (read == 0 ? false : throw new EndOfStreamException());
    }

    private async Task SkipAsync(long count, CancellationToken cancellationToken)
    {
        if (count == 0) return;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (count > 0)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
                if (read == 0) break;
                Count(read);
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Count(int read)
    {
        if ((position += read) > maxLength) throw TooLong();
    }

    private InvalidDataException TooLong() => new($"it has more than {maxLength} bytes when unpacked");
}

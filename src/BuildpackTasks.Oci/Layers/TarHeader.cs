using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// The 512-byte header blocks of one tar entry (POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"). The
/// bytes follow from the arguments alone: no process id, no clock, no names of users. What the fixed fields cannot say is said
/// by an extended header that holds the needed records only.
/// </summary>
internal static class TarHeader
{
    public const int BlockSize = 512;
    public const byte RegularFile = (byte)'0';
    public const byte SymbolicLink = (byte)'2';
    public const byte Directory = (byte)'5';
    private const byte ExtendedHeader = (byte)'x';

    private const int NameLength = 100;
    private const int PrefixLength = 155;
    private const long MaxOctal7 = (1L << 21) - 1;
    private const long MaxOctal11 = (1L << 33) - 1;
    private const string ExtendedHeaderName = "PaxHeaders.0/entry";

    /// <summary>Gives the header of an entry, with its extended header before it where it needs one.</summary>
    /// <param name="type">The type flag.</param>
    /// <param name="path">The path; a directory's ends in a slash.</param>
    /// <param name="linkTarget">What a link points to, or empty.</param>
    /// <param name="mode">The permission bits.</param>
    /// <param name="userId">The numeric owner.</param>
    /// <param name="groupId">The numeric group.</param>
    /// <param name="size">The length of the content that follows.</param>
    /// <param name="time">The modification time in seconds since 1970.</param>
    public static byte[] Encode(byte type, string path, string linkTarget, int mode, long userId, long groupId, long size, long time)
    {
        // Sorted by key, because the order of the records reaches the layer's digest.
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!TrySplit(path, out string name, out string prefix))
        {
            records["path"] = path;
            name = Shortened(path);
        }
        if (linkTarget.Length > NameLength || !Ascii.IsValid(linkTarget)) records["linkpath"] = linkTarget;
        if (userId is < 0 or > MaxOctal7) records["uid"] = userId.ToString();
        if (groupId is < 0 or > MaxOctal7) records["gid"] = groupId.ToString();
        if (size > MaxOctal11) records["size"] = size.ToString();
        if (time is < 0 or > MaxOctal11) records["mtime"] = time.ToString();

        byte[] extended = records.Count == 0 ? [] : EncodeRecords(records);
        int extendedLength = extended.Length == 0 ? 0 : BlockSize + RoundedUp(extended.Length);
        byte[] blocks = new byte[extendedLength + BlockSize];
        if (extended.Length > 0)
        {
            WriteBlock(blocks, ExtendedHeader, ExtendedHeaderName, "", "", 0b110_100_100, 0, 0, extended.Length, 0);
            extended.CopyTo(blocks, BlockSize);
        }
        WriteBlock(blocks.AsSpan(extendedLength), type, name, prefix, Shortened(linkTarget), mode, userId, groupId, size, time);
        return blocks;
    }

    /// <summary>How many zero bytes fill the last block of content.</summary>
    public static int Padding(long length) => (int)(-length & (BlockSize - 1));

    private static int RoundedUp(int length) => length + Padding(length);

    private static void WriteBlock(Span<byte> block, byte type, string name, string prefix, string linkTarget, int mode, long userId, long groupId, long size, long time)
    {
        block = block[..BlockSize];
        Encoding.ASCII.GetBytes(name, block);
        WriteOctal(block.Slice(100, 8), mode);
        WriteOctal(block.Slice(108, 8), userId is < 0 or > MaxOctal7 ? 0 : userId);
        WriteOctal(block.Slice(116, 8), groupId is < 0 or > MaxOctal7 ? 0 : groupId);
        WriteOctal(block.Slice(124, 12), size > MaxOctal11 ? 0 : size);
        WriteOctal(block.Slice(136, 12), time is < 0 or > MaxOctal11 ? 0 : time);
        block[156] = type;
        Encoding.ASCII.GetBytes(linkTarget, block[157..]);
        "ustar\000"u8.CopyTo(block[257..]);
        WriteOctal(block.Slice(329, 8), 0);
        WriteOctal(block.Slice(337, 8), 0);
        Encoding.ASCII.GetBytes(prefix, block[345..]);

        // The checksum is that of the block with blanks in the checksum's own place.
        block.Slice(148, 8).Fill((byte)' ');
        int checksum = 0;
        foreach (byte value in block) checksum += value;
        WriteOctal(block.Slice(148, 7), checksum);
    }

    // Zero-filled octal digits with a NUL after them.
    private static void WriteOctal(Span<byte> field, long value)
    {
        field[^1] = 0;
        for (int i = field.Length - 2; i >= 0; i--, value >>= 3) field[i] = (byte)('0' + (value & 7));
    }

    private static bool TrySplit(string path, out string name, out string prefix)
    {
        (name, prefix) = (path, "");
        if (!Ascii.IsValid(path)) return false;
        if (path.Length <= NameLength) return true;

        // The slash between prefix and name is written in neither; the first that leaves a name short enough leaves the
        // shortest prefix. A directory's last slash belongs to its name.
        int slash = path.IndexOf('/', path.Length - NameLength - 1);
        if (slash <= 0 || slash > PrefixLength || slash == path.Length - 1) return false;
        (name, prefix) = (path[(slash + 1)..], path[..slash]);
        return true;
    }

    // What a reader sees that does not know extended headers.
    private static string Shortened(string path)
    {
        string ascii = new([.. path.Select(static character => char.IsAscii(character) ? character : '_')]);
        return ascii.Length <= NameLength ? ascii : ascii[..NameLength].TrimEnd('/');
    }

    private static byte[] EncodeRecords(SortedDictionary<string, string> records)
    {
        var bytes = new MemoryStream();
        foreach ((string key, string value) in records) bytes.Write(EncodeRecord(key, value));
        return bytes.ToArray();
    }

    // "length key=value\n", where the length counts its own digits too.
    private static byte[] EncodeRecord(string key, string value)
    {
        string rest = $" {key}={value}\n";
        int restLength = Encoding.UTF8.GetByteCount(rest);
        int length = restLength + 1;
        while (restLength + length.ToString().Length != length) length = restLength + length.ToString().Length;
        return Encoding.UTF8.GetBytes(length + rest);
    }
}

using System.Globalization;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// Where the files of a tar are, read once from its headers (POSIX.1-2017, pax, "ustar Interchange Format"; GNU long names).
/// Names serve as keys only: nothing of them reaches a file system. Every field is bounded, because anybody may have written it.
/// </summary>
internal sealed class TarIndex
{
    private const int BlockSize = TarHeader.BlockSize;
    private const int MaxEntries = 100_000;
    private const int MaxExtendedHeader = 1 << 20;
    private const int MaxLinks = 8;

    // In characters, over all names: an archive has some hundred files with names of about a hundred.
    private const long MaxNames = 1L << 24;

    private readonly Dictionary<string, (long Offset, long Length)> files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> links = new(StringComparer.Ordinal);

    /// <summary>Where a file's bytes are, links followed within the archive; null where there is no such file.</summary>
    public (long Offset, long Length)? Find(string path)
    {
        string? at = Normalize(path);
        for (int hops = 0; at is not null && hops < MaxLinks; hops++)
        {
            if (files.TryGetValue(at, out var found)) return found;
            at = links.GetValueOrDefault(at);
        }
        return null;
    }

    /// <summary>Reads the headers of a tar.</summary>
    /// <param name="tar">The tar; read from where it is.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="FormatException">It is not a tar, is cut off, or holds more than an image archive may.</exception>
    public static async Task<TarIndex> ReadAsync(Stream tar, long length, CancellationToken cancellationToken)
    {
        var index = new TarIndex();
        var block = new byte[BlockSize];
        string? longName = null, longLink = null;
        Dictionary<string, string> extended = [];
        int count = 0;
        long names = 0;
        for (long offset = 0; offset < length;)
        {
            if (offset + BlockSize > length) throw new FormatException("it is cut off");
            tar.Position = offset;
            await tar.ReadExactlyAsync(block, cancellationToken);
            offset += BlockSize;
            if (!block.AsSpan().ContainsAnyExcept((byte)0)) return count > 0 ? index : throw new FormatException("it is an empty tar");
            if (!HasChecksum(block)) throw new FormatException(count == 0 ? "it is not a tar" : "a header in it is damaged");
            if (++count > MaxEntries) throw new FormatException($"it has more than {MaxEntries} entries");

            char type = (char)block[156];
            long size = extended.TryGetValue("size", out string? text) && type is not ('x' or 'g')
                ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long stated) ? stated : throw new FormatException("a header in it has no valid size")
                : Number(block.AsSpan(124, 12));
            // What only leads to another file has no content, whatever its size says (pax, "ustar Interchange Format").
            if (type is >= '1' and <= '6') size = 0;
            if (size > length - offset) throw new FormatException("it is cut off");
            if (type is 'x' or 'L' or 'K')
            {
                if (size > MaxExtendedHeader) throw new FormatException("a header in it is too long");
                var content = new byte[size];
                await tar.ReadExactlyAsync(content, cancellationToken);
                if (type == 'x') extended = Records(content);
                else if (type == 'L') longName = Text(content);
                else longLink = Text(content);
            }
            else
            {
                string name = extended.GetValueOrDefault("path") ?? longName ?? Name(block);
                string target = extended.GetValueOrDefault("linkpath") ?? longLink ?? Text(block.AsSpan(157, 100));
                if ((names += name.Length + target.Length) > MaxNames) throw new FormatException("it has more names than any image");
                if (type != 'g') index.Add(type, name, target, offset, size);
                if (type != 'g') (longName, longLink, extended) = (null, null, []);
            }
            offset += size + TarHeader.Padding(size);
        }
        // The two blocks of zeros at the end are often left out.
        return count > 0 ? index : throw new FormatException("it is empty");
    }

    private void Add(char type, string name, string target, long offset, long size)
    {
        if (Normalize(name) is not { } path) return;
        // Of equal names the last counts, as when a tar is unpacked.
        files.Remove(path);
        links.Remove(path);
        if (type is '0' or '\0' or '7') files.Add(path, (offset, size));
        else if (type == '1' && Normalize(target) is { } file) links.Add(path, file);
        else if (type == '2' && Normalize($"{Parent(path)}/{target}") is { } linked) links.Add(path, linked);
    }

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "";

    /// <summary>The path without empty and dot parts; null where it leads out of the archive.</summary>
    private static string? Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static string Name(byte[] block)
    {
        string name = Text(block.AsSpan(0, 100));
        // GNU's own format ("ustar" and two blanks) has other fields where ustar has the prefix.
        string prefix = block.AsSpan(257, 6).SequenceEqual("ustar\0"u8) ? Text(block.AsSpan(345, 155)) : "";
        return prefix.Length == 0 ? name : $"{prefix}/{name}";
    }

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field);

    private static long Number(ReadOnlySpan<byte> field)
    {
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            // GNU: a big-endian number where octal digits do not suffice.
            if ((field[0] & 0x7f) != 0 || field[1..4].ContainsAnyExcept((byte)0) || (field[4] & 0x80) != 0) throw new FormatException("a header in it has no valid size");
            foreach (byte part in field[4..]) value = (value << 8) | part;
            return value;
        }
        foreach (byte digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw new FormatException("a header in it has no valid number");
            value = (value << 3) | (long)(digit - '0');
        }
        return value;
    }

    private static bool HasChecksum(byte[] block)
    {
        long sum = 8 * ' ';
        for (int i = 0; i < BlockSize; i++) sum += i is >= 148 and < 156 ? 0 : block[i];
        try
        {
            return Number(block.AsSpan(148, 8)) == sum;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    // "length key=value\n", where the length counts the whole record.
    private static Dictionary<string, string> Records(ReadOnlySpan<byte> content)
    {
        var records = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!content.IsEmpty)
        {
            int blank = content.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(content[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length <= blank + 1 || length > content.Length || content[length - 1] != '\n')
                throw new FormatException("an extended header in it is damaged");
            ReadOnlySpan<byte> record = content[(blank + 1)..(length - 1)];
            if (record.IndexOf((byte)'=') is > 0 and int equals) records[Text(record[..equals])] = Text(record[(equals + 1)..]);
            content = content[length..];
        }
        return records;
    }
}

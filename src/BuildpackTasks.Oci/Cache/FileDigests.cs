using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>
/// The digests of files on disk, remembered by stamp in one file of the cache: fixed-size records and a hash over all of them.
/// A damaged file counts as empty, and of two processes that write at once one is lost: either costs reading files again.
/// </summary>
internal sealed class FileDigests(CacheDirectory directory)
{
    private const int MaxRecords = 1 << 16;
    private const int HashLength = 32;
    private const int RecordLength = 16 + 16 + HashLength + sizeof(int);
    private static readonly byte[] Signature = "files 1\n"u8.ToArray();

    private readonly Lock gate = new();
    private Dictionary<UInt128, Record>? records;
    private bool changed;

    private string FilePath => Path.Combine(directory.Path, "files");

    private int Today => (int)(directory.Time.GetUtcNow().Ticks / TimeSpan.TicksPerDay);

    /// <summary>The digest of content; that of a file on disk is computed only if none is remembered.</summary>
    public Digest Of(FileContent content, string name, CancellationToken cancellationToken)
    {
        if (TryFind(content, out FileStamp? before) is { } known) return known;
        Digest digest = FileDigest.Of(content, name, cancellationToken);

        // A file that changed while it was read is not remembered.
        if (before is { } stamp && Stamp(content) == stamp) Remember(stamp, digest);
        return digest;
    }

    /// <summary>The digest of content where it is known without reading it as a whole, or null.</summary>
    public Digest? TryFind(FileContent content) => TryFind(content, out _);

    private Digest? TryFind(FileContent content, out FileStamp? stamp)
    {
        stamp = null;
        if (content.KnownDigest is { } given) return given;
        stamp = Stamp(content);
        return stamp is { } taken ? Find(taken) : null;
    }

    /// <summary>Writes what was learned. A cache that cannot be written forgets it.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        byte[] bytes;
        lock (gate)
        {
            if (!changed) return;
            changed = false;
            foreach ((UInt128 path, Record record) in Load()) records!.TryAdd(path, record);
            bytes = Serialize(records!);
        }
        try
        {
            await directory.WriteAsync(FilePath, bytes, cancellationToken);
        }
        catch (OciException)
        {
            // Whoever writes a layer next is told; fingerprints alone need nothing written.
        }
    }

    private FileStamp? Stamp(FileContent content) =>
        content.SourcePath is { } path ? FileStamp.TryTake(path, directory.Time.GetUtcNow()) : null;

    private Digest? Find(FileStamp stamp)
    {
        lock (gate)
        {
            records ??= Load();
            if (!records.TryGetValue(stamp.PathHash, out Record? record) || record.StateHash != stamp.StateHash) return null;
            if (record.Day < Today - 7)
            {
                records[stamp.PathHash] = record with { Day = Today };
                changed = true;
            }
            return record.Digest;
        }
    }

    private void Remember(FileStamp stamp, Digest digest)
    {
        lock (gate)
        {
            records ??= Load();
            records[stamp.PathHash] = new Record(stamp.StateHash, digest, Today);
            changed = true;
        }
    }

    private Dictionary<UInt128, Record> Load()
    {
        var loaded = new Dictionary<UInt128, Record>();
        byte[] bytes;
        try
        {
            var file = new FileInfo(FilePath);
            if (!file.Exists || file.Length > FrameLength + (long)MaxRecords * RecordLength) return loaded;
            bytes = File.ReadAllBytes(FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return loaded;
        }

        int length = bytes.Length - FrameLength;
        if (length < 0 || length % RecordLength != 0 || !bytes.AsSpan().StartsWith(Signature)) return loaded;
        if (!SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - HashLength))) return loaded;
        for (ReadOnlySpan<byte> rest = bytes.AsSpan(Signature.Length, length); rest.Length > 0; rest = rest[RecordLength..])
        {
            loaded[BinaryPrimitives.ReadUInt128LittleEndian(rest)] = new Record(
                BinaryPrimitives.ReadUInt128LittleEndian(rest[16..]),
                Digest.FromSha256(rest.Slice(32, HashLength)),
                BinaryPrimitives.ReadInt32LittleEndian(rest[64..]));
        }
        return loaded;
    }

    private static byte[] Serialize(Dictionary<UInt128, Record> all)
    {
        KeyValuePair<UInt128, Record>[] kept = all.Count <= MaxRecords ? [.. all] : [.. all.OrderByDescending(static record => record.Value.Day).Take(MaxRecords / 2)];
        byte[] bytes = new byte[FrameLength + kept.Length * RecordLength];
        Signature.CopyTo(bytes, 0);
        Span<byte> rest = bytes.AsSpan(Signature.Length);
        foreach ((UInt128 path, Record record) in kept)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(rest, path);
            BinaryPrimitives.WriteUInt128LittleEndian(rest[16..], record.StateHash);
            Convert.FromHexString(record.Digest.Hex).CopyTo(rest[32..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest[64..], record.Day);
            rest = rest[RecordLength..];
        }
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - HashLength)).CopyTo(rest);
        return bytes;
    }

    private static int FrameLength => Signature.Length + HashLength;

    private sealed record Record(UInt128 StateHash, Digest Digest, int Day);
}

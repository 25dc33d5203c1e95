using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// The identity of a layer computed from its inputs: a hash over the format version, the compression and every entry. Each part is preceded by
/// its length, so that different entries cannot give the same input.
/// </summary>
internal static class LayerFingerprint
{
    /// <summary>Counts up whenever equal entries are written as other bytes than before.</summary>
    public const int FormatVersion = 1;

    public static Digest Compute(LayerContents contents, IReadOnlyList<Digest?> digests, LayerCompression compression)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "layer");
        Append(hash, FormatVersion);
        Append(hash, (int)compression);
        for (int i = 0; i < contents.Entries.Count; i++)
        {
            LayerEntry entry = contents.Entries[i];
            Append(hash, entry.Path);
            Append(hash, (int)entry.Type);
            Append(hash, (int)entry.Mode);
            Append(hash, entry.UserId);
            Append(hash, entry.GroupId);
            Append(hash, entry.Time.ToUnixTimeSeconds());
            Append(hash, entry.Type switch
            {
                LayerEntryType.File => digests[i]!.Value.ToString(),
                LayerEntryType.SymbolicLink => entry.LinkTarget ?? "",
                _ => "",
            });
        }
        return Digest.FromSha256(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}

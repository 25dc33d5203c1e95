using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// The identity of a layer computed from its inputs: a hash over the format version, the compression and every entry. Each part is preceded by
/// its length, so that different entries cannot give the same input.
/// </summary>
public static class LayerFingerprint
{
    /// <summary>Counts up whenever equal entries are written as other bytes than before.</summary>
    internal const int FormatVersion = 2;

    /// <summary>The identity of a layer whose entries follow from something that is known before them.</summary>
    /// <param name="inputs">All that decides the entries.</param>
    /// <param name="compression">How the layer is compressed; buildpacks' layers are <see cref="LayerCompression.Smallest"/>.</param>
    public static Digest OfInputs(string inputs, LayerCompression compression)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, "layer of inputs");
        Append(hash, FormatVersion);
        Append(hash, (int)compression);
        Append(hash, inputs);
        return Digest.FromSha256(hash.GetHashAndReset());
    }

    internal static Digest Compute(LayerContents contents, IReadOnlyList<Digest?> digests, LayerCompression compression)
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

using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What is remembered of a signed file that was fetched before.</summary>
/// <param name="ETag">The server's entity tag, or null.</param>
/// <param name="LastModified">The server's time of the last change, or null.</param>
/// <param name="Raw">The digest of the file as it was served.</param>
/// <param name="Verified">The digest of the text that its signature covers.</param>
/// <param name="Keyring">The keys that it was verified with.</param>
internal sealed record ReleaseRecord(string? ETag, string? LastModified, string Raw, string Verified, string Keyring)
{
    public const int MaxLength = 4096;

    public MirrorValidators? Validators => ETag is null && LastModified is null ? null : new MirrorValidators(ETag, LastModified);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);

    /// <summary>Reads a record; null for what is none.</summary>
    public static ReleaseRecord? TryParse(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize<ReleaseRecord>(bytes) is { Raw: not null, Verified: not null, Keyring: not null } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Where the record of a file is.</summary>
    public static Digest Key(Uri uri) => Digest.Of(System.Text.Encoding.UTF8.GetBytes($"debian release 1\n{uri}"));
}

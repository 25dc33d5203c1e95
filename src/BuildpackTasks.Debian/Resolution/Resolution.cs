using System.Text.Json;

namespace BuildpackTasks.Debian;

/// <summary>What a question to a suite was answered with; it is remembered for as long as the suite does not change.</summary>
/// <param name="Packages">The packages, sorted by name.</param>
internal sealed record Resolution(IReadOnlyList<RememberedPackage> Packages)
{
    public const int MaxLength = 8 << 20;

    /// <summary>Reads a record; null for what is none.</summary>
    public static Resolution? TryParse(byte[]? bytes)
    {
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize<Resolution>(bytes) is { Packages: not null } resolution ? resolution : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this);
}

using System.Buffers.Binary;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A file's time as a function of its content: the first eight bytes of its sha256, big endian, modulo the seconds from
/// 1980-01-02 to 2010-01-01 (UTC), after 1980-01-02. Whole seconds, since HTTP has no others; a past that no clock is before;
/// never the constant time of all other files.
/// </summary>
public static class ContentTime
{
    private static readonly DateTimeOffset First = new(1980, 1, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time of a file with these bytes, as layers have it where <see cref="FileTimes.FromContent"/> says so.</summary>
    /// <param name="content">The digest of the bytes.</param>
    public static DateTimeOffset Of(Digest content)
    {
        ulong number = BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(content.Hex.AsSpan(0, 16)));
        return First.AddSeconds(number % (ulong)(End - First).TotalSeconds);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// What tells without reading a whole file whether it is the one that was read before: length, time of change, time of
/// creation, and its first and last bytes. The bytes are in it because packages are extracted and copied with the times that
/// they were packed with, which may be the same for every version; a compiler writes an identity into the first bytes of what
/// it makes.
/// </summary>
internal readonly record struct FileStamp(UInt128 PathHash, UInt128 StateHash)
{
    private const int EdgeLength = 4096;

    // Like git's index: a file that changed this short a time ago may change again without its time showing it.
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(2);

    /// <summary>The stamp of a file, or null where the file is not one to remember: missing, or changed too short a time ago.</summary>
    public static FileStamp? TryTake(string path, DateTimeOffset now)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
            if (!file.Exists || now.UtcDateTime - file.LastWriteTimeUtc < Unsettled) return null;

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> numbers = stackalloc byte[3 * sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(numbers, file.Length);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], file.LastWriteTimeUtc.Ticks);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], file.CreationTimeUtc.Ticks);
            hash.AppendData(numbers);
            using (var handle = File.OpenHandle(file.FullName))
            {
                Span<byte> edge = stackalloc byte[EdgeLength];
                hash.AppendData(edge[..RandomAccess.Read(handle, edge, 0)]);
                if (file.Length > EdgeLength) hash.AppendData(edge[..RandomAccess.Read(handle, edge, Math.Max(EdgeLength, file.Length - EdgeLength))]);
            }
            return new FileStamp(Half(SHA256.HashData(Encoding.UTF8.GetBytes(path))), Half(hash.GetHashAndReset()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static UInt128 Half(byte[] hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}

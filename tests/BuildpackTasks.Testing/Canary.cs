using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Testing;

/// <summary>A secret that nothing but a test has, so that wherever it is found it has leaked to.</summary>
public sealed class Canary
{
    private readonly byte[][] forms;

    /// <summary>Makes one.</summary>
    public Canary()
        : this($"canary{Guid.NewGuid():N}")
    {
    }

    /// <summary>Takes a secret that somebody else has made.</summary>
    /// <param name="core">The secret: letters, digits and what no escaping changes.</param>
    public Canary(string core)
    {
        Core = core;
        forms = [Encoding.UTF8.GetBytes(Core), Encoding.Unicode.GetBytes(Core), .. Enumerable.Range(0, 3).Select(Base64)];
    }

    /// <summary>The part that is searched for.</summary>
    public string Core { get; }

    /// <summary>A secret with it, of characters that are easy to get wrong.</summary>
    public string Secret => $"{Core}:ß \"%";

    /// <summary>Whether it is in bytes: as it is, in Base64 at any place of a longer text, in UTF-16, and in what is compressed in them.</summary>
    public bool IsIn(byte[] bytes) =>
        forms.Any(form => bytes.AsSpan().IndexOf(form) >= 0) || Unpacked(bytes).Any(IsIn);

    /// <summary>Whether it is in a text.</summary>
    public bool IsIn(string text) => IsIn(Encoding.UTF8.GetBytes(text));

    /// <summary>The files that have it, in a directory and below.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="allowed">The files in which it may be, since that is where the test put it.</param>
    public IReadOnlyList<string> FindIn(string directory, params IEnumerable<string> allowed) =>
    [
        .. Directory.EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Except(allowed)
            .Where(file => file.Contains(Core, StringComparison.Ordinal) || (Read(file) is { } content && IsIn(content)))
            .Order(StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public override string ToString() => $"the canary {Core}";

    // A server at work in the directory may remove what was listed a moment ago.
    private static byte[]? Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // What is left of the encoded text when the characters that depend on its neighbours are cut off.
    private byte[] Base64(int before)
    {
        byte[] bytes = [.. new byte[before], .. Encoding.UTF8.GetBytes(Core)];
        string text = Convert.ToBase64String(bytes);
        int start = (before * 8 + 5) / 6;
        return Encoding.ASCII.GetBytes(text[start..(bytes.Length * 8 / 6)]);
    }

    private static IEnumerable<byte[]> Unpacked(byte[] bytes)
    {
        // A binary log is one gzip stream, and has the project files in a ZIP archive inside; layers are gzip streams.
        if (bytes is [0x1f, 0x8b, 8, ..])
        {
            using var unzipped = new MemoryStream();
            using var zipped = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            zipped.CopyTo(unzipped);
            yield return unzipped.ToArray();
        }
        int first = bytes.AsSpan().IndexOf("PK\u0003\u0004"u8), last = bytes.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (first < 0 || last < first || last + 22 > bytes.Length || ReadArchive(bytes.AsMemory(first, last + 22 - first)) is not { } archive) yield break;
        using (archive)
        {
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                using var content = new MemoryStream();
                using Stream stream = entry.Open();
                stream.CopyTo(content);
                yield return content.ToArray();
            }
        }
    }

    private static ZipArchive? ReadArchive(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return new ZipArchive(new MemoryStream(bytes.ToArray()), ZipArchiveMode.Read);
        }
        catch (InvalidDataException)
        {
            // The letters of an archive in something else.
            return null;
        }
    }
}

using System.IO.Compression;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Opens compressed files. gzip is in the base class library; xz and zstd are programs that every Debian system has, which are
/// run beside and fed from the stream.
/// </summary>
internal static class Decompression
{
    /// <summary>The decompressed bytes of a stream. Disposing the result disposes the stream.</summary>
    /// <param name="compressed">The stream.</param>
    /// <param name="extension">The ending of its name: <c>.gz</c>, <c>.xz</c>, <c>.zst</c>, or empty for none.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="DebianException">BPT4018 or BPT4030: the program is not installed, or the format is not known.</exception>
    public static Stream Open(Stream compressed, string extension, string what) => extension switch
    {
        "" => compressed,
        ".gz" => new GZipStream(compressed, CompressionMode.Decompress),
        ".xz" => Run("xz", "xz-utils", ["--decompress", "--stdout", "--memlimit-decompress=1GiB"], compressed, what),
        ".zst" => Run("zstd", "zstd", ["--decompress", "--stdout", "--quiet", "--memory=1024MB"], compressed, what),
        _ => throw DebianErrors.MalformedPackage(what, $"its compression '{extension}' is not known"),
    };

    private static ProgramStream Run(string program, string package, IReadOnlyList<string> arguments, Stream compressed, string what) =>
        new(SystemProgram.Start(program, arguments, cause => DebianErrors.MissingTool(program, package, cause)), compressed, leaveOpen: false, says => DebianErrors.ToolFailed(program, what, says));
}

using System.Runtime.CompilerServices;
using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A file that names images: one a line, as an image reference or <c>oci:DIR:TAG</c>. Blank lines and those that begin with <c>#</c>
/// say nothing; what follows a blank and <c>#</c> does not either.
/// </summary>
public static class FleetList
{
    private const long MaxBytes = 64 << 20;

    // Longer than any reference, and than any path that a system takes.
    private const int MaxLine = 8 << 10;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the file while its images are worked on. A line that names no image becomes an item that says so.</summary>
    /// <param name="path">The absolute path of the file; relative paths in it start from its directory.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2250: the file cannot be read, or is larger than 64 MiB.</exception>
    public static async IAsyncEnumerable<FleetItem> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string directory = Path.GetDirectoryName(path) ?? path;
        await using FileStream file = Open(path);
        var reader = new LineReader(file, MaxLine);
        while (await NextAsync(reader, path, cancellationToken) is { } line)
        {
            // The file may grow while it is read.
            if (line.Offset > MaxBytes) throw TooLarge(path);
            if (Read(line, path, directory) is { } item) yield return item;
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!file.CanSeek || file.Length <= MaxBytes) return file;
            file.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotReadList(path, e);
        }
        throw TooLarge(path);
    }

    private static LifecycleException TooLarge(string path) => LifecycleErrors.CannotReadList(path, $"it is larger than {MaxBytes >> 20} MiB");

    private static async Task<LineReader.Line?> NextAsync(LineReader reader, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotReadList(path, e);
        }
    }

    // A path may have a '#' in it.
    private static string WithoutComment(string text)
    {
        for (int i = text.IndexOf('#', StringComparison.Ordinal); i >= 0; i = text.IndexOf('#', i + 1))
        {
            if (i == 0 || char.IsWhiteSpace(text[i - 1])) return text[..i];
        }
        return text;
    }

    private static FleetItem? Read(LineReader.Line line, string path, string directory)
    {
        string name = $"{path}({line.Number})";
        if (line.IsTooLong) return FleetItem.Broken(name, LifecycleErrors.BrokenLine(path, line.Number, $"the line is longer than {MaxLine} bytes, which no image's name is. Shorten it or take it out."));
        string text;
        try
        {
            text = Utf8.GetString(line.Bytes);
        }
        catch (DecoderFallbackException e)
        {
            return FleetItem.Broken(name, LifecycleErrors.BrokenLine(path, line.Number, "the line is not UTF-8. Save the file as UTF-8.", e));
        }
        if (line.Number == 1) text = text.TrimStart('\uFEFF');
        text = WithoutComment(text).Trim();
        if (text.Length == 0) return null;
        FleetItem item = FleetItem.Parse(text, directory);
        return item.Problem is { } problem ? FleetItem.Broken(text, LifecycleErrors.BrokenLine(path, line.Number, problem.Message, problem)) : item;
    }
}

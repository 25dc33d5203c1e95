using System.Text;

namespace BuildpackTasks;

/// <summary>Files that appear whole under their names, or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes a file in place of the one that is there.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="cancellationToken">Stops the writing; what was there stays.</param>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string part = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            await File.WriteAllTextAsync(part, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellationToken);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}

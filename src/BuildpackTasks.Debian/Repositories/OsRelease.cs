using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>What an operating system says of itself (os-release(5)).</summary>
/// <param name="Id">The distribution, such as <c>debian</c>, or null.</param>
/// <param name="VersionId">Its version, such as <c>13</c>, or null where it has none yet.</param>
/// <param name="Codename">Its code name, such as <c>trixie</c>, or null.</param>
internal sealed record OsRelease(string? Id, string? VersionId, string? Codename)
{
    private const int MaxLength = 64 * 1024;

    /// <summary>Reads a file if it is there.</summary>
    /// <param name="path">Its path.</param>
    public static OsRelease? TryRead(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } ? Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">Its bytes.</param>
    public static OsRelease Parse(ReadOnlySpan<byte> content)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in Encoding.UTF8.GetString(content[..Math.Min(content.Length, MaxLength)]).Split('\n'))
        {
            if (line.Split('=', 2) is [var name, var value]) values[name.Trim()] = value.Trim().Trim('"', '\'');
        }
        return new OsRelease(values.GetValueOrDefault("ID"), values.GetValueOrDefault("VERSION_ID"), values.GetValueOrDefault("VERSION_CODENAME"));
    }
}

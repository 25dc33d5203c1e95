using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>A line of a <c>.gitignore</c>, by git's documentation and, where that is silent, by what git does: bytes are compared.</summary>
internal sealed class IgnorePattern
{
    // The parts between slashes; null stands for "**", any number of directories. Null as a whole: nothing matches.
    private readonly List<IgnoreGlob?>? parts;
    private readonly bool isForName;
    private readonly bool isForDirectories;

    private IgnorePattern(ReadOnlySpan<byte> line)
    {
        IsNegated = line.StartsWith("!"u8);
        if (IsNegated) line = line[1..];
        isForDirectories = line.EndsWith("/"u8);
        if (isForDirectories) line = line[..^1];
        // Without a slash, the pattern is for names in every directory.
        isForName = line.IndexOf((byte)'/') < 0;
        if (line.StartsWith("/"u8)) line = line[1..];
        parts = Parse(line);
    }

    /// <summary>Whether what matches is not ignored after all.</summary>
    public bool IsNegated { get; }

    /// <summary>Reads a line; null for an empty one or a comment.</summary>
    /// <param name="line">The line.</param>
    public static IgnorePattern? TryParse(string line) =>
        line.Length == 0 || line[0] == '#' ? null : new IgnorePattern(WithoutTrailingSpaces(Encoding.UTF8.GetBytes(line)));

    /// <summary>Whether a path matches, itself and not by a directory that it is in.</summary>
    /// <param name="path">The path's components.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public bool Matches(ReadOnlySpan<byte[]> path, bool isDirectory)
    {
        if (parts is null || isForDirectories && !isDirectory) return false;
        if (isForName) path = path[^1..];

        // One way back, to the last "**", is enough: it takes what it must and no more.
        int at = 0;
        int position = 0;
        int last = -1;
        int lastPosition = 0;
        while (position < path.Length)
        {
            if (at < parts.Count && parts[at] is null)
            {
                last = at++;
                lastPosition = position;
            }
            else if (at < parts.Count && parts[at]!.Matches(path[position]))
            {
                at++;
                position++;
            }
            else if (last >= 0)
            {
                at = last + 1;
                position = ++lastPosition;
            }
            else
            {
                return false;
            }
        }
        return at == parts.Count;
    }

    private List<IgnoreGlob?>? Parse(ReadOnlySpan<byte> pattern)
    {
        var result = new List<IgnoreGlob?>();
        while (true)
        {
            int length = IgnoreGlob.LengthOfPart(pattern, out int separator);
            if (length < 0) return null;
            ReadOnlySpan<byte> part = pattern[..length];
            if (!isForName && part.Length > 1 && part.IndexOfAnyExcept((byte)'*') < 0)
            {
                result.Add(null);
                // Before a slash with a backslash, it stands for one directory at least.
                if (separator == 2) result.Add(IgnoreGlob.TryParse("*"u8));
            }
            else if (IgnoreGlob.TryParse(part) is { } glob) result.Add(glob);
            else return null;
            if (separator == 0) break;
            pattern = pattern[(length + separator)..];
        }
        // At the end it stands for all that is in a directory, not for the directory.
        if (result[^1] is null) result.Add(IgnoreGlob.TryParse("*"u8));
        return result;
    }

    private static ReadOnlySpan<byte> WithoutTrailingSpaces(byte[] line)
    {
        int spaces = -1;
        for (int index = 0; index < line.Length; index++)
        {
            if (line[index] == ' ')
            {
                if (spaces < 0) spaces = index;
                continue;
            }
            spaces = -1;
            // A space after a backslash is meant.
            if (line[index] == '\\') index++;
        }
        return spaces < 0 ? line : line.AsSpan(0, spaces);
    }
}

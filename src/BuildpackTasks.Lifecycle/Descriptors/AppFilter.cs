using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Which of the app's files a project wants in its build (project descriptor specification, <c>include</c> and <c>exclude</c>):
/// patterns with git's rules for <c>.gitignore</c>.
/// </summary>
public sealed class AppFilter
{
    private readonly IgnorePattern[] patterns;
    private readonly bool keepsWhatMatches;

    private AppFilter(IEnumerable<string> lines, bool keepsWhatMatches)
    {
        patterns = [.. lines.Select(IgnorePattern.TryParse).OfType<IgnorePattern>()];
        this.keepsWhatMatches = keepsWhatMatches;
    }

    /// <summary>Keeps everything.</summary>
    public static AppFilter All { get; } = new([], keepsWhatMatches: false);

    /// <summary>Whether the filter keeps everything.</summary>
    public bool IsAll => patterns.Length == 0 && !keepsWhatMatches;

    /// <summary>Keeps what the patterns do not match.</summary>
    /// <param name="patterns">The patterns, one a line of a <c>.gitignore</c>.</param>
    public static AppFilter Excluding(IEnumerable<string> patterns) => new(patterns, keepsWhatMatches: false);

    /// <summary>Keeps what the patterns match, and nothing else.</summary>
    /// <param name="patterns">The patterns, one a line of a <c>.gitignore</c>.</param>
    public static AppFilter Including(IEnumerable<string> patterns) => new(patterns, keepsWhatMatches: true);

    /// <summary>Whether a file is kept. A directory is there when something in it is.</summary>
    /// <param name="path">The file's path, relative to the app directory and <c>/</c>-separated.</param>
    /// <param name="isDirectory">Whether it is a directory; a link to one is not.</param>
    public bool Keeps(string path, bool isDirectory = false)
    {
        if (patterns.Length == 0) return !keepsWhatMatches;
        byte[][] components = [.. path.Split('/').Select(Encoding.UTF8.GetBytes)];
        return Matches(components, isDirectory) == keepsWhatMatches;
    }

    /// <summary>What is in a directory that matches does so too, and no later pattern can bring it back.</summary>
    private bool Matches(byte[][] components, bool isDirectory)
    {
        for (int length = 1; length <= components.Length; length++)
        {
            ReadOnlySpan<byte[]> path = components.AsSpan(0, length);
            for (int index = patterns.Length - 1; index >= 0; index--)
            {
                // The last pattern that matches decides.
                if (!patterns[index].Matches(path, length < components.Length || isDirectory)) continue;
                if (!patterns[index].IsNegated) return true;
                break;
            }
        }
        return false;
    }
}

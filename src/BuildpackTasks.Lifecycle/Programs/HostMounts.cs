using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The mounts of this machine (proc_pid_mountinfo(5)). In a user namespace the options of a mount stay when it is mounted again,
/// and what is mounted in it comes along; both have to be said.
/// </summary>
internal sealed class HostMounts
{
    private readonly HostMount[] mounts;

    private HostMounts(HostMount[] mounts) => this.mounts = mounts;

    /// <summary>Reads the mounts that this process sees.</summary>
    public static HostMounts Read() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    /// <summary>Reads the text of <c>mountinfo</c>.</summary>
    public static HostMounts Parse(string mountInfo) => new(
    [
        .. from line in mountInfo.Split('\n')
           let fields = line.Split(' ')
           where fields.Length > 6
           select new HostMount(Unescape(fields[4]), fields[5].Split(',').ToHashSet(StringComparer.Ordinal)),
    ]);

    /// <summary>The mount that a path is in; of several at one place the last covers the others.</summary>
    public HostMount? Of(string path) =>
        mounts.Where(mount => IsIn(path, mount.Path)).MaxBy(static mount => mount.Path.Length) is { } found
            ? mounts.Last(mount => mount.Path == found.Path)
            : null;

    /// <summary>The mounts below a directory, parents first.</summary>
    public IEnumerable<HostMount> Below(string directory) =>
        mounts.Where(mount => mount.Path != directory && IsIn(mount.Path, directory)).OrderBy(static mount => mount.Path, StringComparer.Ordinal);

    private static bool IsIn(string path, string directory) =>
        path == directory || directory == "/" || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal)) return field;
        var text = new StringBuilder();
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)field.AsSpan(i + 1, 3).ToString().Aggregate(0, static (value, digit) => value * 8 + (digit - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }
        return text.ToString();
    }
}

using System.ComponentModel;
using System.Globalization;
using SystemProcess = System.Diagnostics.Process;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds and ends what a program left running that has no namespace of its own: processes of its session, and those that still have
/// a variable that no other run has.
/// </summary>
/// <param name="session">The id of the program's session, or null where it has none of its own.</param>
/// <param name="variable">The variable, <c>NAME=VALUE</c>.</param>
internal sealed class LeftProcesses(int? session, string variable)
{
    // A process may start another one while it is looked for; one that does nothing else is given up.
    private const int MaxRounds = 50;
    private const int MaxEnvironment = 4 * 1024 * 1024;

    /// <summary>Ends them.</summary>
    public void Kill()
    {
        for (int round = 0; round < MaxRounds; round++)
        {
            int[] left = [.. Find()];
            if (left.Length == 0) return;
            foreach (int id in left) Kill(id);
            Thread.Sleep(round);
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using SystemProcess process = SystemProcess.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }

    private IEnumerable<int> Find() =>
        from directory in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0
        where id > 1 && id != Environment.ProcessId && IsLeft(directory)
        select id;

    private bool IsLeft(string directory)
    {
        try
        {
            // proc_pid_stat(5): after the name in brackets, which may have anything in it, come state, parent, group and session.
            string stat = File.ReadAllText($"{directory}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] == "Z") return false;
            if (session is not null && fields[3] == session.Value.ToString(CultureInfo.InvariantCulture)) return true;
            return IsOfThisMachine(directory) && HasVariable($"{directory}/environ");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Not one in the view of another build.
    private static bool IsOfThisMachine(string directory) => new FileInfo($"{directory}/ns/pid").LinkTarget == new FileInfo("/proc/self/ns/pid").LinkTarget;

    private bool HasVariable(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] bytes = new byte[64 * 1024];
        var text = new MemoryStream();
        while (stream.Read(bytes) is > 0 and int read && text.Length < MaxEnvironment) text.Write(bytes, 0, read);
        return System.Text.Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).Split('\0').Contains(variable);
    }
}

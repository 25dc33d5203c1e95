using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SystemProcess = System.Diagnostics.Process;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The namespaces of one program: its mounts, processes and users. A shell holds them, the first of the processes: with its end, for
/// which the end of this process is enough, however it comes, the kernel ends all others and takes the mounts away.
/// </summary>
internal sealed class ViewNamespace : IAsyncDisposable
{
    /// <summary>Where the machine's own root is in a view for the moment between entering it and leaving that behind.</summary>
    public const string FormerRoot = "/.old";

    /// <summary>Where a build image is below the root that has the tools.</summary>
    public const string ImageRoot = "/image";

    private const int MaxReason = 2000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // The shell keeps its rights over the namespaces although it is not root in them (--keep-caps); whatever else is started there
    // has none, so that no program can undo a mount. Ids are known only once they are mapped, which a process outside has to do.
    // The options of umount keep it from asking an fstab, which not every machine has, whether who is not root may do that.
    // As the first process it would have to bury all others; nobody asks how they ended.
    private const string Script = """
        set -e
        read -r pid rest </proc/self/stat
        echo "$pid"
        read -r mapped
        exec 2>&1
        mount --all --fstab "$1"
        cd "$2"
        pivot_root . ".$3"
        umount -l -i -n -c "$3"
        cd /
        trap '' CHLD
        echo ready
        read -r rest || :
        """;

    private readonly SystemProcess process;
    private int pid;
    private bool ending;

    private ViewNamespace(SystemProcess process) => this.process = process;

    /// <summary>Whether it ended before it was asked to: somebody else ended it.</summary>
    public bool WasEnded => !ending && process.HasExited;

    /// <summary>Makes the namespaces and mounts everything.</summary>
    /// <param name="tools">The programs that do it.</param>
    /// <param name="mountFile">What is mounted.</param>
    /// <param name="root">The directory that becomes the root.</param>
    /// <param name="user">Who programs run as.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LifecycleException">BPT2150: the machine does not allow it.</exception>
    public static ViewNamespace Start(ViewTools tools, string mountFile, string root, ViewUser user, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(
            tools.Unshare,
            ["--user", "--mount", "--pid", "--ipc", "--fork", "--kill-child=KILL", "--keep-caps", "--", tools.Shell, "-c", Script, "sh", mountFile, root, FormerRoot])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["PATH"] = tools.SearchPath;
        start.Environment["LC_ALL"] = "C";
        SystemProcess process;
        try
        {
            process = SystemProcess.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw LifecycleErrors.ViewRefused(e.Message, e);
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        var space = new ViewNamespace(process);
        try
        {
            // What is read comes to an end with it.
            using (limit.Token.UnsafeRegister(static process => Oci.SystemProgram.Kill((SystemProcess)process!), process)) space.Make(user);
            return space;
        }
        catch (Exception e)
        {
            space.End();
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested) throw LifecycleErrors.ViewRefused($"it is not there after {Patience.TotalSeconds:0} seconds", e);
            if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.ViewRefused(e.Message, e);
            throw;
        }
    }

    /// <summary>How a program is started in the namespaces: by another one, in the environment that it is to have.</summary>
    /// <param name="tools">The programs that do it.</param>
    /// <param name="root">The directory in the view that is the program's root, or nothing.</param>
    /// <param name="workingDirectory">Where it starts, an absolute path below that root.</param>
    public (string Program, IReadOnlyList<string> Arguments) Enter(ViewTools tools, string root, string workingDirectory)
    {
        // A directory of another process's view is reached through that process; where it is opened decides, not where it is used.
        string own = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/root");
        List<string> arguments = [$"--target={pid}", "--user", "--mount", "--pid", "--ipc", "--preserve-credentials", $"--wd={own}{root}{workingDirectory}"];
        if (root.Length > 0) arguments.Add($"--root={own}{root}");
        arguments.Add("--");
        return (tools.Enter, arguments);
    }

    /// <summary>Ends everything in the namespaces, and them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (ending) return;
        ending = true;
        try
        {
            // The shell ends with its input, and the first process of a namespace is gone only when all others are.
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            Oci.SystemProgram.Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    private void Make(ViewUser user)
    {
        string? first = process.StandardOutput.ReadLine();
        if (!int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out pid)) throw LifecycleErrors.ViewRefused(Reason(process.StandardError, "the namespaces cannot be made"));
        MapIds(pid, user);
        process.StandardInput.Write("mapped\n");
        process.StandardInput.Flush();
        if (process.StandardOutput.ReadLine() is var said && said != "ready") throw LifecycleErrors.ViewRefused(Reason(process.StandardOutput, "it cannot be put together", said));
    }

    private void End()
    {
        ending = true;
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (!process.WaitForExit(Patience)) Oci.SystemProgram.Kill(process);
        process.WaitForExit();
        process.Dispose();
    }

    private static void MapIds(int pid, ViewUser user)
    {
        string status = File.ReadAllText("/proc/self/status");
        (uint userId, uint groupId) = (EffectiveId(status, "Uid:"), EffectiveId(status, "Gid:"));
        if (userId == 0)
        {
            try
            {
                WriteAtOnce($"/proc/{pid}/uid_map", IdMap.Whole(user.UserId, userId, File.ReadAllText("/proc/self/uid_map")));
                WriteAtOnce($"/proc/{pid}/gid_map", IdMap.Whole(user.GroupId, groupId, File.ReadAllText("/proc/self/gid_map")));
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Root of a container that may not map others; what was mapped already stays.
            }
        }
        WriteIfEmpty($"/proc/{pid}/uid_map", IdMap.Single(user.UserId, userId));
        if (File.ReadAllText($"/proc/{pid}/gid_map").Length > 0) return;
        // Otherwise a user could leave a group that keeps him out of something (user_namespaces(7)).
        WriteAtOnce($"/proc/{pid}/setgroups", "deny");
        WriteAtOnce($"/proc/{pid}/gid_map", IdMap.Single(user.GroupId, groupId));
    }

    private static uint EffectiveId(string status, string name) =>
        uint.Parse(status.Split('\n').First(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);

    private static void WriteIfEmpty(string file, string text)
    {
        if (File.ReadAllText(file).Length == 0) WriteAtOnce(file, text);
    }

    // The kernel takes the whole map in one piece.
    private static void WriteAtOnce(string file, string text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>What somebody said before he ended.</summary>
    private static string Reason(StreamReader reader, string otherwise, string? line = null)
    {
        var lines = new List<string>();
        for (line ??= reader.ReadLine(); line is not null; line = reader.ReadLine())
        {
            if (lines.Count < MaxReason && !string.IsNullOrWhiteSpace(line)) lines.Add(line.Trim());
        }
        string reason = lines.Count > 0 ? string.Join("; ", lines) : otherwise;
        return reason.Length > MaxReason ? reason[..MaxReason] : reason;
    }
}

namespace BuildpackTasks.Lifecycle;

/// <summary>The programs that a buildpack has to have (buildpack specification, "Buildpack Interface").</summary>
internal static class BuildpackPrograms
{
    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Sees whether a buildpack's programs are there and can be run, so that the message does not come from the kernel.</summary>
    /// <param name="file">What its <c>buildpack.toml</c> says. One that only stands for others has no programs.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="LifecycleException">BPT2182: one is missing. BPT2183: one is not executable.</exception>
    public static void Check(BuildpackFile file, string directory, string source)
    {
        // Of another API more is not known than that it is another: whoever needs the buildpack says so.
        if (file.IsComposite || !BuildpackApi.TryParse(file.Descriptor.Api, out _)) return;
        foreach (string program in (string[])["bin/detect", "bin/build"])
        {
            string path = Path.Combine(directory, program);
            if (!File.Exists(path)) throw LifecycleErrors.ProgramMissing(file.Descriptor, program, source);
            // File systems of other hosts have no such bits, and buildpacks are not run there.
            if (!OperatingSystem.IsWindows() && (Mode(path) & Execute) == 0) throw LifecycleErrors.ProgramNotExecutable(file.Descriptor, path);
        }
    }

    private static UnixFileMode Mode(string path)
    {
        try
        {
            return (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)).UnixFileMode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(path, e);
        }
    }
}

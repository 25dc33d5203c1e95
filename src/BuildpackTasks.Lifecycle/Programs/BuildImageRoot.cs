namespace BuildpackTasks.Lifecycle;

/// <summary>A build image, unpacked: the system that programs see in place of this machine's own.</summary>
public sealed class BuildImageRoot
{
    private BuildImageRoot(string directory, ViewUser user) => (Directory, User) = (directory, user);

    /// <summary>Where it is unpacked; it is only read.</summary>
    public string Directory { get; }

    internal ViewUser User { get; }
}

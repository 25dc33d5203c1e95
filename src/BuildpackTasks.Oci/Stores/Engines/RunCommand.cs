namespace BuildpackTasks.Oci;

/// <summary>The command with which a person runs an image, for the last message of a build.</summary>
public static class RunCommand
{
    /// <summary>For an image that an engine has, or that it pulls from a registry.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="name">The image's name.</param>
    /// <param name="ports">The ports to publish, such as <c>8080/tcp</c>.</param>
    public static string ForEngine(ContainerEngineKind engine, ImageReference name, IEnumerable<string> ports) =>
        $"{Command(engine)} run --rm{Publish(ports)} {DockerArchive.FamiliarName(name)}";

    /// <summary>
    /// For an image in an OCI layout, which Podman runs from where it is. Podman makes the image's name from the path as it is
    /// typed and refuses one that is no name (with capital letters or blanks), so that the directory is entered first then.
    /// </summary>
    /// <param name="directory">The layout's directory.</param>
    /// <param name="tag">The image's tag, or null for the only image.</param>
    /// <param name="ports">The ports to publish, such as <c>8080/tcp</c>.</param>
    public static string ForLayout(string directory, string? tag, IEnumerable<string> ports)
    {
        directory = Path.TrimEndingDirectorySeparator(directory);
        string run = $"podman run --rm{Publish(ports)} ", selector = tag is null ? "" : ":" + tag;
        string name = Path.GetFileName(directory);
        if (ImageReference.IsRepository(directory.TrimStart('/'))) return run + Quote($"oci:{directory}{selector}");
        if (ImageReference.IsRepository(name)) return $"cd {Quote(Path.GetDirectoryName(directory) ?? "/")} && {run}{Quote($"oci:{name}{selector}")}";
        return $"tar -cC {Quote(directory)} . | podman load";
    }

    /// <summary>For an image in an archive, which has to be loaded first.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="file">The archive.</param>
    public static string ForArchive(ContainerEngineKind engine, string file) => $"{Command(engine)} load -i {Quote(file)}";

    private static string Command(ContainerEngineKind engine) => engine == ContainerEngineKind.Docker ? "docker" : "podman";

    private static string Publish(IEnumerable<string> ports) => string.Concat(ports.Select(static port => port.Split('/') is [var number, "udp"]
        ? $" -p {number}:{number}/udp"
        : $" -p {port.Split('/')[0]}:{port.Split('/')[0]}"));

    // Between single quotes a POSIX shell and PowerShell take everything for what it is, but the single quote itself (POSIX.1-2017,
    // "Shell Command Language", 2.2.2). What no shell reads as anything else stays as it is.
    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(static character => char.IsAsciiLetterOrDigit(character) || "/._-+:=".Contains(character) || character == Path.DirectorySeparatorChar)
            ? argument
            : $"'{argument.Replace("'", OperatingSystem.IsWindows() ? "''" : "'\\''", StringComparison.Ordinal)}'";
}

namespace BuildpackTasks.Testing;

/// <summary>How a container is run. The default: as the image says, on the host's network, with a read-only root.</summary>
public sealed record RunOptions
{
    /// <summary>Environment variables on top of the image's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The user, <c>UID[:GID]</c> or a name; the image's when null.</summary>
    public string? User { get; init; }

    /// <summary>The program to run in place of the image's entry point.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>The working directory; the image's when null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Whether the root file system is read-only, with tmpfs on /tmp and /run.</summary>
    public bool ReadOnly { get; init; } = true;

    /// <summary>The network: the host's, or <c>none</c> for a loopback device of its own.</summary>
    public string Network { get; init; } = "host";

    /// <summary>Further options of <c>podman run</c>.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>How long a container that is run to its end may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    internal IEnumerable<string> Arguments(string image, IEnumerable<string> arguments)
    {
        yield return $"--network={Network}";
        yield return "--quiet";
        yield return "--tls-verify=false";
        if (ReadOnly)
        {
            yield return "--read-only";
        }

        foreach (var (name, value) in Environment)
        {
            yield return $"--env={name}={value}";
        }

        if (User is not null)
        {
            yield return $"--user={User}";
        }

        if (Entrypoint is not null)
        {
            yield return $"--entrypoint={Entrypoint}";
        }

        if (WorkingDirectory is not null)
        {
            yield return $"--workdir={WorkingDirectory}";
        }

        foreach (var option in More)
        {
            yield return option;
        }

        yield return image;
        foreach (var argument in arguments)
        {
            yield return argument;
        }
    }
}

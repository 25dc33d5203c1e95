using System.Diagnostics;

namespace BuildpackTasks.Testing;

/// <summary>A Podman of a test's own: its images and containers are in a temporary directory and end with it.</summary>
/// <remarks>An image is <c>oci:DIR[:TAG]</c>, <c>oci-archive:FILE</c>, <c>docker-archive:FILE</c>, or a name like <c>localhost:PORT/NAME</c>.</remarks>
public sealed class Podman : IAsyncDisposable
{
    private static readonly string[] Transports = ["oci:", "oci-archive:", "docker-archive:", "dir:"];

    // Waits also for the clean-up that Podman starts by itself after a container's end: it would use storage that is gone.
    private const string GuardScript = """
        cat >/dev/null
        "$1" rm --force --all --time 0 >/dev/null 2>&1
        n=0
        while pgrep -f -- "$2/" >/dev/null && [ $n -lt 200 ]; do
            n=$((n + 1))
            sleep 0.05
        done
        umount "$2/storage/overlay" 2>/dev/null
        rm -rf "$2"
        """;

    private readonly TemporaryDirectory directory = new();
    private readonly Process guard;
    private readonly List<ServerProcess> services = [];

    /// <summary>Sets it up. Nothing runs until an image is.</summary>
    public Podman()
    {
        var runtime = directory.Write("runtime", RuntimeScript);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // Without root, overlay needs a kernel and a /tmp that allow it; copies always work.
        var driver = System.Environment.IsPrivilegedProcess ? "overlay" : "vfs";
        Environment = new Dictionary<string, string?>
        {
            ["CONTAINERS_CONF"] = directory.Write("containers.conf", $"""
                [containers]
                netns = "host"
                log_driver = "k8s-file"

                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                lock_type = "file"
                runtime = "tests"
                tmp_dir = "{directory.Combine("tmp")}"
                volume_path = "{directory.Combine("volumes")}"

                [engine.runtimes]
                tests = ["{runtime}"]

                """),
            ["CONTAINERS_STORAGE_CONF"] = directory.Write("storage.conf", $"""
                [storage]
                driver = "{driver}"
                graphroot = "{directory.Combine("storage")}"
                runroot = "{directory.Combine("run")}"

                """),
        };
        guard = StartGuard();
    }

    /// <summary>The variables that make the plain <c>podman</c> command use this one's images and containers.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; }

    // A runtime fails to set resource limits where the machine does not allow them to root (no CAP_SYS_RESOURCE, mixed cgroup
    // versions); what the tests run has no need of limits.
    private static string RuntimeScript => $$"""
        #!/bin/sh
        bundle=.
        process=
        previous=
        for argument; do
            case $previous in
                -b | --bundle) bundle=$argument ;;
                -p | --process) process=$argument ;;
            esac
            previous=$argument
        done
        config=$bundle/config.json
        if [ -f "$config" ]; then
            {{Tool.Require("jq")}} 'del(.process.rlimits, .process.oomScoreAdj, .linux.resources)' "$config" >"$config.new" &&
                mv "$config.new" "$config"
        fi
        if [ -f "$process" ]; then
            {{Tool.Require("jq")}} 'del(.rlimits, .oomScoreAdj)' "$process" >"$process.new" && mv "$process.new" "$process"
        fi
        exec {{Tool.Require("runc")}} "$@"

        """;

    /// <summary>Runs a Podman command.</summary>
    public Task<CommandResult> ExecuteAsync(IEnumerable<string> arguments, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        Command.RunAsync("podman", arguments, environment: Environment, timeout: timeout, cancellationToken: cancellationToken);

    /// <summary>Runs an image to its end.</summary>
    /// <returns>What its process said, and its exit code.</returns>
    public async Task<CommandResult> RunAsync(
        string image, IEnumerable<string>? arguments = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RunOptions();
        var name = await LoadAsync(image, cancellationToken);
        return await ExecuteAsync(["run", "--rm", .. options.Arguments(name, arguments ?? [])], options.Timeout, cancellationToken);
    }

    /// <summary>Starts an image and leaves it running.</summary>
    public async Task<Container> StartAsync(
        string image, IEnumerable<string>? arguments = null, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new RunOptions();
        var name = await LoadAsync(image, cancellationToken);
        var result = await ExecuteAsync(
            ["run", "--detach", .. options.Arguments(name, arguments ?? [])], options.Timeout, cancellationToken);
        return new Container(this, result.EnsureSuccess().Output.Trim());
    }

    /// <summary>Copies an image into this Podman's storage, when it is a layout or an archive.</summary>
    /// <returns>The name that it has for Podman commands.</returns>
    public async Task<string> LoadAsync(string image, CancellationToken cancellationToken = default)
    {
        if (!Transports.Any(transport => image.StartsWith(transport, StringComparison.Ordinal)))
        {
            return image;
        }

        // Podman would name it after its path, which fails when that has a capital letter.
        var name = $"localhost/loaded:{Guid.NewGuid():N}";
        var copy = await Command.RunAsync(
            "skopeo", ["copy", "--quiet", image, $"containers-storage:{name}"], environment: Environment, cancellationToken: cancellationToken);
        copy.EnsureSuccess();
        return name;
    }

    /// <summary>Starts the engine's API and waits until it answers.</summary>
    /// <returns>The path of its Unix socket, for <c>DOCKER_HOST=unix://PATH</c>.</returns>
    public async Task<string> StartServiceAsync(CancellationToken cancellationToken = default)
    {
        var socket = directory.Combine($"podman{services.Count}.sock");
        var service = ServerProcess.Start(
            "podman", ["system", "service", "--time=0", $"unix://{socket}"], directory.Path, environment: Environment);
        services.Add(service);
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (!File.Exists(socket))
        {
            if (service.HasExited || DateTime.UtcNow > limit)
            {
                throw new InvalidOperationException($"podman system service did not start:\n{service.Log}");
            }

            await Task.Delay(20, cancellationToken);
        }

        return socket;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }

        guard.StandardInput.Close();
        await guard.WaitForExitAsync();
        guard.Dispose();
        directory.Dispose();
    }

    // Containers are no children of the test host. The guard waits for the end of its input, which comes when the host disposes
    // this or dies in whatever way, and then ends the containers and deletes the storage.
    private Process StartGuard()
    {
        var start = Command.StartInfo(
            Tool.Require("setsid"),
            ["sh", "-c", GuardScript, "guard", Tool.Require("podman"), directory.Path],
            workingDirectory: "/",
            Environment);
        start.RedirectStandardOutput = false;
        start.RedirectStandardError = false;
        return Process.Start(start)!;
    }
}

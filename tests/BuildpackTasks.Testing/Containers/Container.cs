namespace BuildpackTasks.Testing;

/// <summary>A container that runs beside a test.</summary>
public sealed class Container : IAsyncDisposable
{
    private readonly Podman podman;

    internal Container(Podman podman, string id)
    {
        this.podman = podman;
        Id = id;
    }

    /// <summary>Podman's id of it.</summary>
    public string Id { get; }

    /// <summary>What its process has said so far, output and error.</summary>
    public async Task<string> LogsAsync(CancellationToken cancellationToken = default)
    {
        var result = await podman.ExecuteAsync(["logs", Id], cancellationToken: cancellationToken);
        return result.EnsureSuccess().Output + result.Error;
    }

    /// <summary>Waits until a server in it answers.</summary>
    /// <param name="url">What to ask for.</param>
    /// <param name="timeout">How long to wait; 30 seconds when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer, whatever its status; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">It ended or did not answer in time; the message has its log.</exception>
    public async Task<HttpResponseMessage> WaitForHttpAsync(Uri url, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var limit = DateTime.UtcNow + (timeout ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                return await client.GetAsync(url, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                if (DateTime.UtcNow > limit || !await IsRunningAsync(cancellationToken))
                {
                    throw new InvalidOperationException($"no answer from {url}:\n{await LogsAsync(cancellationToken)}", exception);
                }
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    /// <summary>Runs a program in it.</summary>
    public Task<CommandResult> ExecuteAsync(IEnumerable<string> arguments, CancellationToken cancellationToken = default) =>
        podman.ExecuteAsync(["exec", Id, .. arguments], cancellationToken: cancellationToken);

    /// <summary>Asks it to end (SIGTERM) and waits.</summary>
    /// <param name="patience">After this it is killed; 20 seconds when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its exit code; 137 when it had to be killed.</returns>
    public async Task<int> StopAsync(TimeSpan? patience = null, CancellationToken cancellationToken = default)
    {
        var seconds = (int)(patience ?? TimeSpan.FromSeconds(20)).TotalSeconds;
        (await podman.ExecuteAsync(["stop", "--time", $"{seconds}", Id], cancellationToken: cancellationToken)).EnsureSuccess();
        return int.Parse(await InspectAsync("{{.State.ExitCode}}", cancellationToken));
    }

    /// <summary>A fact of it, by a template of <c>podman inspect</c>.</summary>
    public async Task<string> InspectAsync(string format, CancellationToken cancellationToken = default)
    {
        var result = await podman.ExecuteAsync(["inspect", "--format", format, Id], cancellationToken: cancellationToken);
        return result.EnsureSuccess().Output.Trim();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await podman.ExecuteAsync(["rm", "--force", "--time", "0", Id]);

    private async Task<bool> IsRunningAsync(CancellationToken cancellationToken) =>
        await InspectAsync("{{.State.Running}}", cancellationToken) == "true";
}

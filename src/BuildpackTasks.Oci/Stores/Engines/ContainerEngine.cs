namespace BuildpackTasks.Oci;

/// <summary>A container engine that answers: through the API of its service where it has one, else through its command.</summary>
public sealed class ContainerEngine
{
    private ContainerEngine(ContainerEngineKind kind, IEngineConnection connection)
    {
        Kind = kind;
        Connection = connection;
    }

    /// <summary>Which engine it is.</summary>
    public ContainerEngineKind Kind { get; }

    /// <summary>What messages call it.</summary>
    public string Name => Kind.ToString();

    internal IEngineConnection Connection { get; }

    /// <summary>
    /// Finds an engine that runs: the services at the sockets that the environment and the engines' defaults name, then the
    /// commands on the path, Docker first. A candidate has five seconds to answer.
    /// </summary>
    /// <param name="wanted">The engine that it must be, or null for whichever answers.</param>
    /// <param name="environment">The build's environment: <c>PATH</c>, <c>DOCKER_HOST</c>, <c>CONTAINER_HOST</c>, <c>XDG_RUNTIME_DIR</c>; commands run in it.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The engine, or null where none runs.</returns>
    public static async Task<ContainerEngine?> FindAsync(ContainerEngineKind? wanted, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        foreach (string socket in EngineApi.Sockets(environment))
        {
            var api = new EngineApi(socket);
            if (await api.TryIdentifyAsync(cancellationToken) is { } kind && (wanted is null || kind == wanted)) return new ContainerEngine(kind, api);
        }
        foreach (ContainerEngineKind kind in Enum.GetValues<ContainerEngineKind>().Where(kind => wanted is null || kind == wanted))
        {
            if (EngineCommand.Find(kind, environment) is { } command && await command.AnswersAsync(cancellationToken)) return new ContainerEngine(kind, command);
        }
        return null;
    }

    /// <summary>Finds an engine that runs and fails where there is none.</summary>
    /// <inheritdoc cref="FindAsync"/>
    /// <exception cref="OciException">BPT1240: none runs.</exception>
    public static async Task<ContainerEngine> RequireAsync(ContainerEngineKind? wanted, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken) =>
        await FindAsync(wanted, environment, cancellationToken) ?? throw OciErrors.NoEngine(wanted);
}

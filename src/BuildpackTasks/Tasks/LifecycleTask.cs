using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>What the tasks of the lifecycle's phases share: the state of the build and the layer cache.</summary>
public abstract class LifecycleTask : ImageTask
{
    /// <summary>The directory with the state of the build, as an absolute path.</summary>
    [Required]
    public string ImageDirectory { get; set; } = "";

    /// <summary>The project's directory, as an absolute path: what relative paths are relative to.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary><c>ImageCacheDirectory</c>: where layers are kept; empty for the user's cache directory.</summary>
    public string? CacheDirectory { get; set; }

    /// <summary><c>ImageCacheMaxSize</c>: how large the cache may be: bytes, or a number with K, M or G; empty for 10G.</summary>
    public string? CacheMaxSize { get; set; }

    /// <summary><c>ImageCacheRepository</c>: the repository that shares layers between projects; empty for none.</summary>
    public string? CacheRepository { get; set; }

    /// <summary><c>ContainerRegistry</c>: the registry to push to; empty for none.</summary>
    public string? Registry { get; set; }

    /// <summary>The state of the build.</summary>
    private protected ImageDirectory State => new(Path.TrimEndingDirectorySeparator(ImageDirectory));

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        ImageSession session = Session(await CredentialTargetsAsync(cancellationToken));
        try
        {
            if (IsPhase) await RunPhaseAsync(session, cancellationToken);
            else await RunAsync(session, cancellationToken);
        }
        catch (CodedException e) when (IsLoss(e))
        {
            // What was relied on is gone, and it would be relied on again.
            foreach (ImageDirectory state in States) await session.NoteBrokenAsync(state, CancellationToken.None);
            throw;
        }
        finally
        {
            session.Leave();
        }
    }

    /// <summary>Whether an error says that a registry has lost what an image names.</summary>
    private protected static bool IsLoss(CodedException e) => e.Code is "BPT1109" or "BPT1130" or "BPT2038" or "BPT2196";

    /// <summary>The state of the builds that the task is about.</summary>
    private protected virtual IEnumerable<ImageDirectory> States => [State];

    private async Task RunPhaseAsync(ImageSession session, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLines(TimeProvider.System, session.NameOf, line => Say($"  {line}"));
        session.Begin(GetType().Name, progress, Say);
        try
        {
            await RunAsync(session, cancellationToken);
        }
        finally
        {
            Detail(PhaseLine.Format(session.End()));
        }
    }

    /// <summary>Whether the task is a phase, which the report has.</summary>
    private protected virtual bool IsPhase => true;

    /// <summary>Does the task's work.</summary>
    /// <param name="session">What this build's tasks share.</param>
    /// <param name="cancellationToken">Cancelled when the build is.</param>
    private protected abstract Task RunAsync(ImageSession session, CancellationToken cancellationToken);

    /// <summary>The registries that the environment's credentials are for.</summary>
    /// <param name="cancellationToken">Stops the search.</param>
    private protected virtual Task<CredentialTargets> CredentialTargetsAsync(CancellationToken cancellationToken) => Task.FromResult(new CredentialTargets(Registry.OrNull(), null));

    private ImageSession Session(CredentialTargets targets) => ImageSession.Of(
        BuildEngine, new ImageSessionSettings(ImageDirectory, ProjectDirectory, CacheDirectory.OrNull(), CacheMaxSize.OrNull(), CacheRepository.OrNull(), targets), Warn);

    /// <summary>Says something that is wrong without stopping the work.</summary>
    private protected void Warn(CodedWarning warning) =>
        Log.LogWarning(subcategory: null, warning.Code, helpKeyword: null, file: null, 0, 0, 0, 0, "{0}", warning.Message);
}

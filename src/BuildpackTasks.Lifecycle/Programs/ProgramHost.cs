namespace BuildpackTasks.Lifecycle;

/// <summary>What the programs of all buildpacks of one phase have in common: where they run, and who hears what they say.</summary>
/// <param name="open">Makes the place where they run; called once, by the first that needs it.</param>
public sealed class ProgramHost(Func<CancellationToken, Task<ProgramPlace>> open)
{
    private readonly Lock opening = new();
    private Task<ProgramPlace>? place;

    /// <summary>Where the programs see the app.</summary>
    public required string ImageAppDirectory { get; init; }

    /// <summary>Told of each line that a program writes.</summary>
    public required Action<BuildpackDescriptor, string> Say { get; init; }

    /// <summary>Told of each line that only who looks for details wants to see.</summary>
    public required Action<BuildpackDescriptor, string> Detail { get; init; }

    /// <summary>Where the programs run.</summary>
    /// <param name="cancellationToken">Stops the making of it.</param>
    /// <exception cref="LifecycleException">Programs cannot run on this machine as they should.</exception>
    public Task<ProgramPlace> PlaceAsync(CancellationToken cancellationToken)
    {
        lock (opening)
        {
            // Not on the thread of who asks first: others ask meanwhile, or have something else to do.
            return place ??= Task.Run(() => open(cancellationToken), cancellationToken);
        }
    }
}

using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet;

/// <summary>Packs that layers need, each asked for once and one after the other: they come by a restore, which is not for several at once.</summary>
/// <param name="resolve">Gives packs.</param>
internal sealed class PackRequests(Func<IReadOnlyList<RequiredPack>, CancellationToken, Task<IReadOnlyList<ResolvedPack>>> resolve)
{
    private readonly SharedWork<RequiredPack, ResolvedPack> packs = new();
    private readonly Lock turns = new();
    private Task last = Task.CompletedTask;

    /// <summary>A pack.</summary>
    /// <exception cref="DotNetException">BPT3014: nobody has it.</exception>
    public Task<ResolvedPack> GetAsync(RequiredPack pack, CancellationToken cancellationToken) => packs.GetAsync(pack, token => InTurnAsync(pack, token), cancellationToken);

    private Task<ResolvedPack> InTurnAsync(RequiredPack pack, CancellationToken cancellationToken)
    {
        lock (turns)
        {
            Task<ResolvedPack> own = AfterAsync(last, pack, cancellationToken);
            last = own;
            return own;
        }
    }

    private async Task<ResolvedPack> AfterAsync(Task before, RequiredPack pack, CancellationToken cancellationToken)
    {
        // Whoever resolves may take its time before it first waits.
        await Task.Yield();
        await Task.WhenAny(before);
        return BuiltIn.Find(await resolve([pack], cancellationToken), pack);
    }
}

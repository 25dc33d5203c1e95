namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Work that many images of a run need.</summary>
[TestClass]
public sealed class SharedWorkTests
{
    private readonly SteppedTime time = new();
    private int begun;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task What_succeeded_is_never_done_again()
    {
        var work = new SharedWork<string, int>(time);

        int first = await work.GetAsync("base", NextAsync, Token);
        time.Advance(TimeSpan.FromDays(1));

        Assert.AreEqual((1, 1), (first, await work.GetAsync("base", NextAsync, Token)));
    }

    [TestMethod]
    public async Task What_failed_fails_for_those_who_ask_soon_and_is_tried_again_for_later_ones()
    {
        var work = new SharedWork<string, int>(time);

        await Assert.ThrowsExactlyAsync<IOException>(() => work.GetAsync("base", FailAsync, Token));
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsExactlyAsync<IOException>(() => work.GetAsync("base", NextAsync, Token));
        int soon = begun;
        time.Advance(TimeSpan.FromSeconds(2));
        int later = await work.GetAsync("base", NextAsync, Token);

        Assert.AreEqual((1, 2), (soon, later));
    }

    [TestMethod]
    public async Task Who_waits_for_what_fails_late_hears_of_it_once_and_nobody_does_it_again_at_once()
    {
        var work = new SharedWork<string, int>(time);
        var gate = new TaskCompletionSource();

        Task<int>[] waiting = [.. Enumerable.Range(0, 8).Select(_ => work.GetAsync("base", async _ => { Interlocked.Increment(ref begun); await gate.Task; throw new IOException("down"); }, Token))];
        time.Advance(TimeSpan.FromMinutes(1));
        gate.SetResult();
        foreach (Task<int> one in waiting) await Assert.ThrowsExactlyAsync<IOException>(() => one);
        await Assert.ThrowsExactlyAsync<IOException>(() => work.GetAsync("base", NextAsync, Token));

        Assert.AreEqual(1, begun);
    }

    private Task<int> NextAsync(CancellationToken cancellationToken) => Task.FromResult(Interlocked.Increment(ref begun));

    private Task<int> FailAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref begun);
        return Task.FromException<int>(new IOException("down"));
    }
}

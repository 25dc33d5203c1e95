using System.Diagnostics;

namespace BuildpackTasks.Lifecycle;

/// <summary>Views that are made before the programs are there that they are for: that of the next one, while one runs.</summary>
/// <param name="expected">For each program, in order, the directory of layers that it may change, as it sees it; null for none.</param>
/// <param name="exchange">Makes a directory for files that are exchanged.</param>
/// <param name="start">Makes a view with a directory of layers and one for files that are exchanged.</param>
internal sealed class PreparedViews(IReadOnlyList<string?> expected, Func<string> exchange, Func<string?, string, CancellationToken, ViewNamespace> start) : IAsyncDisposable
{
    // The machine's files change: what was replaced since is missing in a view that was made before.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);

    private readonly Lock turn = new();
    private readonly List<View> views = [];
    private readonly CancellationTokenSource end = new();
    private int next;

    /// <summary>Makes the first one, which shows whether the machine allows any, and begins with the second.</summary>
    /// <exception cref="LifecycleException">BPT2150: the machine does not allow it.</exception>
    public void Open(CancellationToken cancellationToken)
    {
        string? layers = expected.Count > 0 ? expected[0] : null;
        string directory = exchange();
        views.Add(new View(layers, directory, Task.FromResult<ViewNamespace?>(start(layers, directory, cancellationToken))));
        next = 1;
        BeginNext();
    }

    /// <summary>A directory for files that a program exchanges, of the view that is there for it where one is.</summary>
    public string Assign()
    {
        lock (turn)
        {
            if (views.Find(static view => !view.IsAssigned) is not { } view)
            {
                // It is made with the program's start.
                next++;
                return exchange();
            }
            view.IsAssigned = true;
            BeginNext();
            return view.Exchange;
        }
    }

    /// <summary>The view for a program that is about to start, or null where none fits it.</summary>
    /// <param name="layers">The directory of layers that it may change, or null.</param>
    /// <param name="directory">Its directory for files that are exchanged, or null.</param>
    public async Task<ViewNamespace?> TakeAsync(string? layers, string? directory)
    {
        View? view;
        lock (turn)
        {
            view = views.Find(view => view.Layers == layers && (directory is null ? !view.IsAssigned : view.Exchange == directory));
            if (view is null) return null;
            views.Remove(view);
        }
        ViewNamespace? space = await view.Space;
        if (space is null || Stopwatch.GetElapsedTime(view.Made) < MaxAge) return space;
        await space.DisposeAsync();
        return null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        foreach (View view in views)
        {
            if (await view.Space is { } unused) await unused.DisposeAsync();
        }
        end.Dispose();
    }

    private void BeginNext()
    {
        if (next >= expected.Count) return;
        string? layers = expected[next++];
        string directory = exchange();
        // It waits for processes: on a thread of its own.
        var space = Task.Factory.StartNew(() => TryStart(layers, directory), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        views.Add(new View(layers, directory, space));
    }

    // Why one could not be made that nobody has asked for yet is told when it is made for who does.
    private ViewNamespace? TryStart(string? layers, string directory)
    {
        try
        {
            return start(layers, directory, end.Token);
        }
        catch (Exception e) when (e is LifecycleException or OperationCanceledException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record View(string? Layers, string Exchange, Task<ViewNamespace?> Space)
    {
        public long Made { get; } = Stopwatch.GetTimestamp();

        public bool IsAssigned { get; set; }
    }
}

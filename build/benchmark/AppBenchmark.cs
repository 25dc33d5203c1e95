using System.Globalization;

namespace BuildpackTasks.Benchmark;

/// <summary>Publishes one app in every scenario, with all publishers in turn, so that a slow minute of the machine meets all of them.</summary>
internal sealed class AppBenchmark(App app, CountedRegistry registry, int times)
{
    private readonly Dictionary<(Scenario, Publisher), List<Measurement>> measurements = [];

    // Publishing without an image costs the same for all publishers, and in all scenarios that have as much to build.
    private readonly Dictionary<bool, List<Publish>> plain = new() { [true] = [], [false] = [] };

    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        for (var time = 1; time <= times; time++)
        {
            await RunOnceAsync(time);
        }

        return
        [
            .. from scenario in Scenario.All
               from publisher in Publisher.All
               select new Row(app.Name, scenario.Name, publisher.Name, measurements[(scenario, publisher)], plain[scenario.IsEmptyDisk]),
        ];
    }

    private async Task RunOnceAsync(int time)
    {
        // Each publisher has its own projects, repositories and caches, and has never seen anything of this app.
        var workspaces = new Dictionary<Publisher, Workspace>();
        try
        {
            foreach (var publisher in Publisher.All)
            {
                workspaces.Add(publisher, await CreateAsync("Shop", publisher, time));
            }

            foreach (var scenario in Scenario.All)
            {
                foreach (var publisher in Publisher.All)
                {
                    var measurement = scenario.IsSecondProject
                        ? await MeasureSecondProjectAsync(scenario, publisher, time)
                        : await MeasureAsync(scenario, workspaces[publisher]);
                    Add(scenario, publisher, measurement);
                    Console.Error.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{app.Name} {time}/{times}, {scenario.Name}, {publisher.Name}: {measurement.Publish.Seconds:0.00} s, without an image {plain[scenario.IsEmptyDisk][^1].Seconds:0.00} s"));
                }
            }
        }
        finally
        {
            foreach (var workspace in workspaces.Values)
            {
                workspace.Dispose();
            }
        }
    }

    private async Task<Measurement> MeasureSecondProjectAsync(Scenario scenario, Publisher publisher, int time)
    {
        if (publisher.CanShare)
        {
            // The team's first project, published to a registry that has nothing of it.
            using var firstOfTeam = await CreateAsync("First", publisher, time);
            await firstOfTeam.PublishImageAsync(CacheRepository(time));
        }

        using var second = await CreateAsync("Second", publisher, time);
        return await MeasureAsync(scenario, second, CacheRepository(time));
    }

    private async Task<Measurement> MeasureAsync(Scenario scenario, Workspace workspace, string? cacheRepository = null)
    {
        if (scenario.IsChanged)
        {
            workspace.Change();
        }

        if (scenario.IsEmptyDisk)
        {
            workspace.Empty();
        }
        else
        {
            // This one compiles: those that count find everything built.
            await workspace.PublishAsync();
        }

        plain[scenario.IsEmptyDisk].Add(await workspace.PublishAsync());
        if (scenario.IsEmptyDisk)
        {
            workspace.Empty();
        }

        return await workspace.PublishImageAsync(cacheRepository);
    }

    private async Task<Workspace> CreateAsync(string project, Publisher publisher, int time) =>
        new(await app.CreateAsync(project), app, publisher, registry, $"{app.Name}/{time}/{publisher.Name}/{project}".ToLowerInvariant());

    private string CacheRepository(int time) => $"{app.Name}/{time}/cache";

    private void Add(Scenario scenario, Publisher publisher, Measurement measurement)
    {
        if (!measurements.TryGetValue((scenario, publisher), out var list))
        {
            measurements.Add((scenario, publisher), list = []);
        }

        list.Add(measurement);
    }
}

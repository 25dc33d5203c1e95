using System.Diagnostics;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>Publishes one app again and again with one publisher.</summary>
internal sealed class AppBenchmark(App app, Publisher publisher, RegistryServer registry, int times)
{
    /// <summary>A first publish, one with nothing changed, and one after a change of one line.</summary>
    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        List<Measurement> cold = [], unchanged = [], changed = [];
        for (var time = 1; time <= times; time++)
        {
            // Its own project, repository and caches: cold means that nothing of this app has been seen before.
            using var project = await app.CreateAsync();
            using var cache = new TemporaryDirectory();
            var repository = $"{app.Name}-{publisher.Name}-{time}".ToLowerInvariant();
            cold.Add(await MeasureAsync(project, cache, repository));
            unchanged.Add(await MeasureAsync(project, cache, repository));
            project.Write("Greeting.cs", App.Greeting("changed"));
            changed.Add(await MeasureAsync(project, cache, repository));
            Console.Error.WriteLine($"{app.Name}, {publisher.Name}, {time} of {times}: done");
        }

        return
        [
            new Row(app.Name, "first publish", publisher.Name, cold),
            new Row(app.Name, "nothing changed", publisher.Name, unchanged),
            new Row(app.Name, "one line changed", publisher.Name, changed),
        ];
    }

    private async Task<Measurement> MeasureAsync(SdkProject project, TemporaryDirectory cache, string repository)
    {
        // The first one compiles; the next one, and the one after the image, are what a publish costs that has nothing left to do.
        await PublishAsync(project, cache, []);
        var before = await PublishAsync(project, cache, []);

        await registry.ClearRequestsAsync();
        await using var proxy = new CountingProxy(registry.Port);
        var image = await PublishAsync(
            project,
            cache,
            [
                .. publisher.Arguments,
                $"-p:ContainerRegistry={proxy.Host}", $"-p:ContainerRepository={repository}",
                $"-p:ContainerBaseImage={proxy.Host}/dotnet/{app.BaseImage}:10.0",
            ]);
        var requests = await registry.GetRequestsAsync();
        var sent = proxy.BytesSent;
        var after = await PublishAsync(project, cache, []);
        return new Measurement((image - (before + after) / 2).TotalSeconds, requests.Count, sent, await ImageBytesAsync(repository));
    }

    private static async Task<TimeSpan> PublishAsync(SdkProject project, TemporaryDirectory cache, IEnumerable<string> arguments)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await project.DotNetAsync(
            ["publish", project.ProjectFile, "-nodeReuse:false", .. arguments], [new("XDG_CACHE_HOME", cache.Path)]);
        var elapsed = Stopwatch.GetElapsedTime(start);
        result.EnsureSuccess();
        return elapsed;
    }

    private async Task<long> ImageBytesAsync(string repository)
    {
        using var client = registry.CreateClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json");
        client.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        var manifest = JsonNode.Parse(await client.GetStringAsync(new Uri($"/v2/{repository}/manifests/latest", UriKind.Relative)))!;
        return manifest["config"]!["size"]!.GetValue<long>() + manifest["layers"]!.AsArray().Sum(layer => layer!["size"]!.GetValue<long>());
    }
}

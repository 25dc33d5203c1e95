using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>The registry that everything is pushed to, always under the same name, and what is asked of it and sent to it.</summary>
internal sealed class CountedRegistry(RegistryServer registry) : IAsyncDisposable
{
    private readonly CountingProxy proxy = new(registry.Port);

    /// <summary>Its part of an image reference.</summary>
    public string Host => proxy.Host;

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    /// <summary>Publishes an image to a repository.</summary>
    public async Task<Measurement> MeasureAsync(string repository, Func<Task<Publish>> publishAsync)
    {
        await registry.ClearRequestsAsync();
        var before = proxy.BytesSent;
        var publish = await publishAsync();
        await proxy.IdleAsync();
        var requests = await registry.GetRequestsAsync();
        return new Measurement(publish, requests.Count, proxy.BytesSent - before, await ImageBytesAsync(repository));
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

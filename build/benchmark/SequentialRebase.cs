using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Benchmark;

/// <summary>
/// What a client that rebases one image after the other cannot do without, and nothing else: on one connection, for each image its
/// manifest, its config, a mount of the new layer, the upload of the new config in two requests, the new manifest. No check, no
/// journal, no label but what the layers need. It stands in for <c>crane rebase</c>, which also starts a process for each image.
/// </summary>
internal sealed class SequentialRebase : IDisposable
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient client;

    public SequentialRebase(string host) =>
        client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = new Uri($"http://{host}") };

    public void Dispose() => client.Dispose();

    /// <summary>Rebases images onto a run image with one layer.</summary>
    public async Task<MeasuredProcess> RunAsync(string runRepository, string runTag, IEnumerable<(string Repository, string Tag)> images)
    {
        using var self = Process.GetCurrentProcess();
        var processor = self.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var (runManifest, runConfig) = await ReadAsync(runRepository, runTag);
        var layer = runManifest["layers"]![0]!;
        var diffId = runConfig["rootfs"]!["diff_ids"]![0]!;
        foreach (var (repository, tag) in images)
        {
            await RebaseAsync(repository, tag, runRepository, layer, diffId);
        }

        self.Refresh();
        return new MeasuredProcess(Stopwatch.GetElapsedTime(started).TotalSeconds, (self.TotalProcessorTime - processor).TotalSeconds, 0);
    }

    private async Task RebaseAsync(string repository, string tag, string runRepository, JsonNode layer, JsonNode diffId)
    {
        var (manifest, config) = await ReadAsync(repository, tag);
        manifest["layers"]![0] = layer.DeepClone();
        config["rootfs"]!["diff_ids"]![0] = diffId.DeepClone();
        using (var mounted = await client.PostAsync(Relative($"/v2/{repository}/blobs/uploads/?mount={layer["digest"]}&from={runRepository}"), null))
        {
            Ensure(mounted, HttpStatusCode.Created);
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(config);
        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        using (var begun = await client.PostAsync(Relative($"/v2/{repository}/blobs/uploads/"), null))
        {
            Ensure(begun, HttpStatusCode.Accepted);
            using var body = new ByteArrayContent(bytes);
            using var sent = await client.PutAsync(new Uri($"{begun.Headers.Location}&digest={digest}"), body);
            Ensure(sent, HttpStatusCode.Created);
        }

        manifest["config"]!["digest"] = digest;
        manifest["config"]!["size"] = bytes.Length;
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(manifest));
        content.Headers.ContentType = new MediaTypeHeaderValue(ManifestType);
        using var put = await client.PutAsync(Relative($"/v2/{repository}/manifests/{tag}"), content);
        Ensure(put, HttpStatusCode.Created);
    }

    private async Task<(JsonNode Manifest, JsonNode Config)> ReadAsync(string repository, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Relative($"/v2/{repository}/manifests/{tag}"));
        request.Headers.Accept.ParseAdd(ManifestType);
        using var response = await client.SendAsync(request);
        Ensure(response, HttpStatusCode.OK);
        var manifest = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!;
        return (manifest, JsonNode.Parse(await client.GetByteArrayAsync(Relative($"/v2/{repository}/blobs/{manifest["config"]!["digest"]}")))!);
    }

    private static Uri Relative(string path) => new(path, UriKind.Relative);

    private static void Ensure(HttpResponseMessage response, HttpStatusCode status)
    {
        if (response.StatusCode != status)
        {
            throw new InvalidOperationException($"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode}");
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using BuildpackTasks.Testing;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Oci.Tests;

/// <summary>
/// A front of a real registry that keeps what came of an interrupted upload and tells how much that is (distribution specification,
/// "Pushing a blob in chunks"): docker-registry 2.8 gives up a session that was cut off in a body. Whole blobs go to the registry.
/// </summary>
internal sealed class KeepingRegistry : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ConcurrentDictionary<string, string> sessions = new(StringComparer.Ordinal);
    private readonly HttpClient client;
    private readonly long minChunk;
    private readonly bool forgetful;
    private WebServer? server;

    private KeepingRegistry(Uri registry, long minChunk, bool forgetful)
    {
        client = new HttpClient { BaseAddress = registry };
        this.minChunk = minChunk;
        this.forgetful = forgetful;
    }

    public Uri Url => server!.Url;

    /// <summary>Starts one.</summary>
    /// <param name="registry">The registry behind it.</param>
    /// <param name="minChunk">The least length of a chunk; 0 for any.</param>
    /// <param name="forgetful">Whether it throws away every chunk but the first, and says so.</param>
    public static async Task<KeepingRegistry> StartAsync(Uri registry, long minChunk = 0, bool forgetful = false)
    {
        var keeper = new KeepingRegistry(registry, minChunk, forgetful);
        keeper.server = await WebServer.ProxyAsync(registry, keeper.AnswerAsync);
        return keeper;
    }

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        client.Dispose();
        directory.Dispose();
    }

    private async Task<bool> AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        int at = path.IndexOf("/blobs/uploads/", StringComparison.Ordinal);
        if (at < 0) return false;
        string id = path[(at + "/blobs/uploads/".Length)..];
        if (context.Request.Method == "POST")
        {
            string name = Guid.NewGuid().ToString("N");
            sessions[name] = directory.Combine(name);
            await File.WriteAllBytesAsync(sessions[name], []);
            if (minChunk > 0) context.Response.Headers["OCI-Chunk-Min-Length"] = minChunk.ToString(CultureInfo.InvariantCulture);
            Tell(context, 202, path + name, 0);
            return true;
        }
        if (!sessions.TryGetValue(id, out string? file))
        {
            context.Response.StatusCode = 404;
            return true;
        }
        switch (context.Request.Method)
        {
            case "GET":
                Tell(context, 204, path, new FileInfo(file).Length);
                break;
            case "PATCH":
                if (context.Request.Headers.ContentRange.ToString().Split('-')[0] != new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture)) Tell(context, 416, path, new FileInfo(file).Length);
                else
                {
                    await KeepAsync(context, forgetful && new FileInfo(file).Length > 0 ? null : file);
                    Tell(context, 202, path, new FileInfo(file).Length);
                }
                break;
            case "PUT":
                await KeepAsync(context, file);
                context.Response.StatusCode = await StoreAsync(path[..at], file, context.Request.Query["digest"].ToString());
                sessions.TryRemove(id, out _);
                break;
            default:
                sessions.TryRemove(id, out _);
                context.Response.StatusCode = 204;
                break;
        }
        return true;
    }

    private static async Task KeepAsync(HttpContext context, string? file)
    {
        await using Stream kept = file is null ? Stream.Null : new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        byte[] buffer = new byte[64 << 10];
        while (await context.Request.Body.ReadAsync(buffer) is > 0 and int count) await kept.WriteAsync(buffer.AsMemory(0, count));
    }

    private async Task<int> StoreAsync(string repository, string file, string digest)
    {
        using HttpResponseMessage start = await client.PostAsync(new Uri($"{repository}/blobs/uploads/", UriKind.Relative), null);
        string location = start.Headers.Location!.ToString();
        using var content = new StreamContent(File.OpenRead(file));
        using HttpResponseMessage end = await client.PutAsync(new Uri($"{location}{(location.Contains('?') ? '&' : '?')}digest={Uri.EscapeDataString(digest)}"), content);
        return (int)end.StatusCode;
    }

    private static void Tell(HttpContext context, int status, string location, long kept)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        context.Response.Headers["Range"] = $"0-{Math.Max(0, kept - 1)}";
    }
}

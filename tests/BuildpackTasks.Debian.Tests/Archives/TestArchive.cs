using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>An archive of packages on loopback, with suites that are indexed and signed as Debian's are.</summary>
internal sealed class TestArchive : IAsyncDisposable
{
    private readonly HttpListener listener;
    private readonly ConcurrentDictionary<string, byte[]> files = new();
    private readonly Task serving;

    public TestArchive()
    {
        (listener, int port) = Listen();
        Uri = new Uri($"http://127.0.0.1:{port}/debian/");
        serving = ServeAsync();
    }

    public Uri Uri { get; }

    public ConcurrentQueue<ArchiveRequest> Requests { get; } = new();

    /// <summary>How who asked said who it is, for every request.</summary>
    public ConcurrentQueue<string?> Authorizations { get; } = new();

    /// <summary>Paths whose answer breaks off in the middle.</summary>
    public ConcurrentDictionary<string, bool> CutOff { get; } = new();

    public void Remove(string path) => Assert.IsTrue(files.TryRemove(path, out _), path);

    public void Replace(string path, byte[] content) => files[path] = content;

    public string Find(string part) => files.Keys.Single(path => path.Contains(part, StringComparison.Ordinal));

    /// <summary>Publishes a suite.</summary>
    /// <param name="suite">Its name.</param>
    /// <param name="keys">Who signs it, or null for nobody.</param>
    /// <param name="packages">What it has.</param>
    /// <param name="codename">The name that it gives itself, where that is another.</param>
    /// <param name="validUntil">Until when it may be used.</param>
    /// <param name="indexed">Changes what the index says of a package.</param>
    /// <param name="date">When it says that it was made.</param>
    public async Task PublishAsync(string suite, SigningKeys? keys, IEnumerable<TestPackage> packages, string? codename = null, DateTimeOffset? validUntil = null, Func<string, string>? indexed = null, string date = "Sat, 12 Sep 2026 07:55:41 UTC")
    {
        var index = new StringBuilder();
        foreach (TestPackage package in packages)
        {
            byte[] deb = await package.ToBytesAsync();
            files[package.FileName] = deb;
            index.Append($"{package.Control}Filename: {package.FileName}\nSize: {deb.Length}\nSHA256: {Hash(deb)}\n\n");
        }
        byte[] plain = Encoding.UTF8.GetBytes((indexed ?? (static text => text))(index.ToString()));
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(plain);
        byte[] gz = compressed.ToArray();
        files[$"dists/{suite}/main/binary-amd64/by-hash/SHA256/{Hash(gz)}"] = gz;

        var release = new StringBuilder($"Origin: Debian\nSuite: {codename ?? suite}\nCodename: {codename ?? suite}\nVersion: 13.7\nDate: {date}\n");
        if (validUntil is { } end) release.Append(CultureInfo.InvariantCulture, $"Valid-Until: {end.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} UTC\n");
        release.Append("Acquire-By-Hash: yes\nArchitectures: amd64\nComponents: main\nSHA256:\n");
        release.Append($" {Hash(plain)} {plain.Length} main/binary-amd64/Packages\n {Hash(gz)} {gz.Length} main/binary-amd64/Packages.gz\n");
        byte[] content = Encoding.UTF8.GetBytes(release.ToString());
        files[$"dists/{suite}/InRelease"] = keys is null ? content : await keys.ClearSignAsync(content);
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    // A listener for HTTP takes no port 0, and somebody else may take the port that was free a moment ago.
    private static (HttpListener Listener, int Port) Listen()
    {
        for (int attempt = 1; ; attempt++)
        {
            int port = FreePort.Next();
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                Answer(await listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                if (!listener.IsListening) return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = System.Uri.UnescapeDataString(context.Request.Url!.AbsolutePath)["/debian/".Length..];
        HttpListenerResponse response = context.Response;
        string? condition = context.Request.Headers["If-None-Match"];
        if (!files.TryGetValue(path, out byte[]? content)) response.StatusCode = 404;
        else
        {
            string etag = $"\"{Hash(content)[..16]}\"";
            response.Headers["ETag"] = etag;
            if (condition == etag) response.StatusCode = 304;
        }
        Authorizations.Enqueue(context.Request.Headers["Authorization"]);
        Requests.Enqueue(new ArchiveRequest(path, condition is not null, response.StatusCode));
        if (response.StatusCode == 200)
        {
            response.ContentLength64 = content!.Length;
            bool cut = CutOff.ContainsKey(path);
            response.OutputStream.Write(content, 0, cut ? content.Length / 2 : content.Length);
            if (cut)
            {
                response.OutputStream.Flush();
                response.Abort();
                return;
            }
        }
        response.Close();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}

using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A place that a test fills with documents of its own, valid or not, beside what the store writes: a real registry, a layout.</summary>
internal sealed class TaggedStorePlace : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private RegistryClient? client;
    private HttpClient? http;

    private TaggedStorePlace()
    {
    }

    public ITaggedStore Store { get; private set; } = null!;

    /// <summary>The registry, or null.</summary>
    public RegistryServer? Registry { get; private set; }

    public static async Task<TaggedStorePlace> CreateAsync(bool isRegistry, CancellationToken cancellationToken)
    {
        var place = new TaggedStorePlace();
        if (!isRegistry)
        {
            place.Store = new OciLayoutStore(place.directory.Combine("layout"));
            return place;
        }
        place.Registry = await RegistryServer.StartAsync(cancellationToken: cancellationToken);
        place.client = new RegistryClient(new RegistryOptions());
        place.http = place.Registry.CreateClient();
        place.Store = place.Anew();
        return place;
    }

    /// <summary>The same store as somebody sees it who has seen nothing yet.</summary>
    public ITaggedStore Anew()
    {
        if (Registry is null) return Store;
        client!.Dispose();
        client = new RegistryClient(new RegistryOptions());
        return new RegistryStore(client, ImageReference.Parse($"{Registry.Host}/shop/web"));
    }

    /// <summary>Adds a blob.</summary>
    public async Task<Digest> AddBlobAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var digest = Digest.Of(bytes);
        if (http is null)
        {
            string path = directory.Combine($"layout/blobs/sha256/{digest.Hex}");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            return digest;
        }
        using HttpResponseMessage start = await http.PostAsync(new Uri("/v2/shop/web/blobs/uploads/", UriKind.Relative), null, cancellationToken);
        using var content = new ByteArrayContent(bytes);
        using HttpResponseMessage end = await http.PutAsync(new Uri($"{start.Headers.Location}&digest={digest}"), content, cancellationToken);
        end.EnsureSuccessStatusCode();
        return digest;
    }

    /// <summary>Adds a manifest or an index, and a tag for it where one is given.</summary>
    public async Task<Digest> AddManifestAsync(string text, string mediaType, string? tag, CancellationToken cancellationToken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var digest = Digest.Of(bytes);
        if (http is null)
        {
            await AddBlobAsync(bytes, cancellationToken);
            await File.WriteAllTextAsync(directory.Combine("layout/oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", cancellationToken);
            string index = directory.Combine("layout/index.json");
            JsonNode json = JsonNode.Parse(File.Exists(index) ? await File.ReadAllTextAsync(index, cancellationToken) : """{"schemaVersion":2,"manifests":[]}""")!;
            if (tag is not null)
            {
                json["manifests"]!.AsArray().Add(new JsonObject
                {
                    ["mediaType"] = mediaType,
                    ["digest"] = digest.ToString(),
                    ["size"] = bytes.Length,
                    ["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag },
                });
            }
            await File.WriteAllTextAsync(index, json.ToJsonString(), cancellationToken);
            return digest;
        }
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        using HttpResponseMessage response = await http.PutAsync(new Uri($"/v2/shop/web/manifests/{tag ?? digest.ToString()}", UriKind.Relative), content, cancellationToken);
        Assert.AreEqual(201, (int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        return digest;
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        client?.Dispose();
        if (Registry is not null) await Registry.DisposeAsync();
        directory.Dispose();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace BuildpackTasks.Testing;

/// <summary>What a registry holds, asked of itself and read where it stores it: whether what its tags name is whole.</summary>
/// <param name="registry">The registry.</param>
public sealed class RegistryContents(RegistryServer registry)
{
    private string Storage => Path.Combine(registry.Root, "docker", "registry", "v2");

    /// <summary>The digest of the manifest that a tag names, computed from its bytes; null where there is no such tag.</summary>
    public async Task<string?> DigestOfAsync(string repository, string tag, CancellationToken cancellationToken = default)
    {
        using HttpClient client = registry.CreateClient();
        return await ManifestAsync(client, repository, tag, cancellationToken) is { } manifest ? DigestOf(manifest) : null;
    }

    /// <summary>What is wrong with an image: a manifest, config or layer that is missing, or is not what its digest and size say. Empty for a whole image.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="selector">A tag or a digest.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<string>> ProblemsAsync(string repository, string selector, CancellationToken cancellationToken = default)
    {
        using HttpClient client = registry.CreateClient();
        if (await ManifestAsync(client, repository, selector, cancellationToken) is not { } manifest) return [$"{repository}:{selector} is not there"];
        var problems = new List<string>();
        if (selector.Contains(':', StringComparison.Ordinal) && selector != DigestOf(manifest)) problems.Add($"the manifest {selector} is {DigestOf(manifest)}");
        using JsonDocument document = JsonDocument.Parse(manifest);
        foreach (JsonElement blob in document.RootElement.GetProperty("layers").EnumerateArray().Append(document.RootElement.GetProperty("config")))
        {
            string digest = blob.GetProperty("digest").GetString()!;
            using HttpResponseMessage response = await client.GetAsync(new Uri($"/v2/{repository}/blobs/{digest}", UriKind.Relative), cancellationToken);
            byte[] bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK) problems.Add($"{digest} of {repository}:{selector}: {(int)response.StatusCode}");
            else if (DigestOf(bytes) != digest || bytes.Length != blob.GetProperty("size").GetInt64()) problems.Add($"{digest} of {repository}:{selector} has {bytes.Length} bytes that are {DigestOf(bytes)}");
        }
        return problems;
    }

    /// <summary>The digests of an image's layers, from the lowest to the top one.</summary>
    public async Task<IReadOnlyList<string>> LayersAsync(string repository, string selector, CancellationToken cancellationToken = default)
    {
        using HttpClient client = registry.CreateClient();
        using JsonDocument document = JsonDocument.Parse(await ManifestAsync(client, repository, selector, cancellationToken) ?? throw new InvalidOperationException($"{repository}:{selector} is not there"));
        return [.. document.RootElement.GetProperty("layers").EnumerateArray().Select(static layer => layer.GetProperty("digest").GetString()!)];
    }

    /// <summary>The digests of the blobs that have arrived in a repository.</summary>
    public IReadOnlySet<string> BlobsOf(string repository)
    {
        string links = Path.Combine(Storage, "repositories", repository, "_layers", "sha256");
        if (!Directory.Exists(links)) return new HashSet<string>();
        return Directory.GetDirectories(links)
            .Where(static link => File.Exists(Path.Combine(link, "link")))
            .Select(static link => $"sha256:{Path.GetFileName(link)}")
            .Where(digest => File.Exists(BlobFile(digest)))
            .ToHashSet();
    }

    /// <summary>Takes a blob's bytes away behind the registry's back; its repositories still say that they have it.</summary>
    public void LoseBytes(string digest)
    {
        string file = BlobFile(digest);
        if (!File.Exists(file)) throw new InvalidOperationException($"{file} is not there");
        File.Delete(file);
    }

    /// <summary>The digests of the blobs that were sent to the registry and taken by it.</summary>
    public static IReadOnlyList<string> Sent(IEnumerable<RegistryRequest> requests) =>
    [
        .. requests.Where(static request => request is { Method: "PUT", Status: 201 } && request.Path.Contains("/blobs/uploads/", StringComparison.Ordinal))
            .Select(static request => Uri.UnescapeDataString(request.Path[(request.Path.LastIndexOf("digest=", StringComparison.Ordinal) + "digest=".Length)..])),
    ];

    private static async Task<byte[]?> ManifestAsync(HttpClient client, string repository, string selector, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/v2/{repository}/manifests/{selector}", UriKind.Relative));
        foreach (string type in (string[])["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"])
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private string BlobFile(string digest)
    {
        string hex = digest["sha256:".Length..];
        return Path.Combine(Storage, "blobs", "sha256", hex[..2], hex, "data");
    }

    private static string DigestOf(ReadOnlySpan<byte> bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}

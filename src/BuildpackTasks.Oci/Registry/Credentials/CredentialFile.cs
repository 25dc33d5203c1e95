using System.Text;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>One file with credentials: docker's <c>config.json</c> or podman's <c>auth.json</c>, which share their form.</summary>
internal sealed class CredentialFile
{
    private const long MaxLength = 1 << 20;

    // Docker Hub's credentials are under the address of an interface that has been gone for years.
    private const string DockerHubKey = "https://index.docker.io/v1/";

    private readonly JsonElement root;
    private readonly string shown;

    private CredentialFile(JsonElement root, string shown)
    {
        this.root = root;
        this.shown = shown;
    }

    /// <summary>Reads a file.</summary>
    /// <returns>The file, or null where there is none or it cannot be used, which is told as a warning.</returns>
    public static async Task<CredentialFile?> ReadAsync(string path, string shown, Action<CodedWarning>? warn, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
            byte[] bytes = await BoundedReader.ReadAsync(stream, MaxLength, static () => new InvalidDataException("it is too long"), cancellationToken);
            using JsonDocument document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException();
            return new CredentialFile(document.RootElement.Clone(), shown);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or JsonException)
        {
            // A parser's message can quote what it stumbled over, which can be a secret.
            warn?.Invoke(RegistryWarnings.UnusableCredentialFile(shown, e is JsonException ? "it is not JSON" : e.Message));
            return null;
        }
    }

    /// <summary>The name under which helpers keep a registry's credentials.</summary>
    public static string ServerName(string registry) => registry == ImageReference.DockerHub ? DockerHubKey : registry;

    /// <summary>The helpers to ask for a registry: the one for it, then the one for all.</summary>
    public IEnumerable<string> HelpersFor(string registry)
    {
        foreach (JsonProperty helper in Members(root, "credHelpers"))
        {
            if (Normalized(helper.Name) == Normalized(registry) && helper.Value.ValueKind == JsonValueKind.String && helper.Value.GetString() is { Length: > 0 } name) yield return name;
        }
        if (Text(root, "credsStore") is { Length: > 0 } store) yield return store;
    }

    /// <summary>
    /// The credentials that the file itself holds: those for the repository, then for what it is in, then for the registry
    /// (containers-auth.json(5)).
    /// </summary>
    public RegistryCredential? Find(ImageReference repository)
    {
        for (string? key = $"{Normalized(repository.Registry)}/{repository.Repository}"; key is not null; key = key.LastIndexOf('/') is > 0 and int slash ? key[..slash] : null)
        {
            foreach (JsonProperty entry in Members(root, "auths"))
            {
                if (Normalized(entry.Name) == key && Read(entry.Value) is { } credential) return credential;
            }
        }
        return null;
    }

    private RegistryCredential? Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object) return null;
        if (Text(entry, "identitytoken") is { Length: > 0 } token) return new RegistryCredential("", new Secret(token), true, shown);
        if (Text(entry, "username") is { Length: > 0 } user && Text(entry, "password") is { Length: > 0 } password) return RegistryCredential.Create(user, password, shown);
        if (Text(entry, "auth") is not { Length: > 0 } auth) return null;
        byte[] bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out int length)) return null;
        string text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || colon == text.Length - 1 ? null : RegistryCredential.Create(text[..colon], text[(colon + 1)..], shown);
    }

    // Keys come with and without a scheme, a trailing slash and the version of the interface.
    private static string Normalized(string key)
    {
        foreach (string scheme in new[] { "https://", "http://" })
        {
            if (key.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) key = key[scheme.Length..];
        }
        key = key.TrimEnd('/');
        foreach (string version in new[] { "/v1", "/v2" })
        {
            if (key.EndsWith(version, StringComparison.Ordinal)) key = key[..^version.Length];
        }
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        string host = (slash < 0 ? key : key[..slash]).ToLowerInvariant();
        if (host is "index.docker.io" or "registry-1.docker.io") host = ImageReference.DockerHub;
        return slash < 0 ? host : host + key[slash..];
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : default;

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

namespace BuildpackTasks.Oci;

/// <summary>One request to a registry as a value: it can be sent again.</summary>
internal sealed record RegistryRequest
{
    public required HttpMethod Method { get; init; }

    /// <summary>A path below the registry's root, or an absolute address that the registry gave.</summary>
    public required Uri Target { get; init; }

    /// <summary>What it needs to be allowed.</summary>
    public required RegistryScope Scope { get; init; }

    /// <summary>What the request is for, as the object of "asked to": <c>serve the manifest of …</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The media types of an answer that can be used; empty for any.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Makes the body, anew for every attempt; null for none.</summary>
    public Func<HttpContent>? Body { get; init; }

    public static Uri Path(string path) => new(path, UriKind.Relative);
}

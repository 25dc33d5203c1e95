namespace BuildpackTasks.Testing;

/// <summary>One request that a registry has answered, from its access log.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path with its query, as it was sent.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="ResponseBytes">The length of the answer's body.</param>
public sealed record RegistryRequest(string Method, string Path, int Status, long ResponseBytes)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} {Status}";
}

using System.Security.Cryptography.X509Certificates;

namespace BuildpackTasks.Oci;

/// <summary>How registries are reached. Nothing is read from the process's environment: the caller says all of it.</summary>
public sealed record RegistryOptions
{
    /// <summary>
    /// Hosts (with <c>:port</c> where they have one) that may be spoken to over plain HTTP where they do not serve HTTPS; loopback
    /// always may.
    /// </summary>
    public IReadOnlyCollection<string> InsecureRegistries { get; init; } = [];

    /// <summary>Where credentials are looked for; null for never.</summary>
    public CredentialEnvironment? Credentials { get; init; }

    /// <summary>Certificate authorities to trust in place of the machine's; null for those.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>
    /// How often a request that failed for a passing reason is tried in all; twice more where the registry has served a request before.
    /// </summary>
    public int Attempts { get; init; } = 4;

    /// <summary>How long an answer may take to begin, and a body to go on.</summary>
    internal TimeSpan Patience { get; init; } = HttpTransport.Patience;

    /// <summary>The clock by which retries wait and tokens expire.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told of what is wrong without stopping the work; null where nobody asks.</summary>
    public Action<CodedWarning>? Warn { get; init; }

    /// <summary>
    /// Told how far blobs are on their way, with every piece of one and on whichever thread moves it; null where nobody asks.
    /// </summary>
    public IProgress<BlobProgress>? Progress { get; init; }

    /// <summary>Reads a list of hosts as <c>DOTNET_CONTAINER_INSECURE_REGISTRIES</c> has it: separated by semicolons or commas.</summary>
    /// <param name="list">The list, or null for an empty one.</param>
    public static IReadOnlyCollection<string> ParseInsecureRegistries(string? list) =>
        (list ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

namespace BuildpackTasks.Testing;

/// <summary>How a test's registry is set up. The default: anonymous, plain HTTP.</summary>
public sealed record RegistryOptions
{
    /// <summary>The user who may read and write, with basic authentication; anonymous when null.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>The token server's address, with token authentication; none when null.</summary>
    public string? TokenRealm { get; init; }

    /// <summary>The PEM file of the certificate that signs the token server's tokens.</summary>
    public string? TokenCertificateFile { get; init; }

    /// <summary>Whether it speaks TLS, with a certificate of a certificate authority made for this server.</summary>
    public bool Tls { get; init; }

    /// <summary>The port to listen on; a free one when null.</summary>
    public int? Port { get; init; }

    /// <summary>The storage directory, for a server that is started again on what an earlier one holds; a new one when null.</summary>
    public string? Root { get; init; }
}

namespace BuildpackTasks.Debian;

/// <summary>
/// Verifies what an archive signed, with gpgv. What counts is the text that gpgv gives back, not the file: a file may have more
/// in it than what was signed.
/// </summary>
internal static class SignatureVerifier
{
    private const int MaxLength = 32 << 20;

    /// <summary>The signed text of a clear-signed file.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="keyring">The keys that are trusted.</param>
    /// <param name="uri">What messages call the file.</param>
    /// <param name="cancellationToken">Stops the verification.</param>
    /// <exception cref="DebianException">BPT4015, BPT4016: it is not signed, or not by a trusted key. BPT4018: gpgv is not installed.</exception>
    public static async Task<byte[]> VerifyAsync(byte[] content, Keyring keyring, string uri, CancellationToken cancellationToken)
    {
        if (!content.AsSpan().StartsWith("-----BEGIN PGP SIGNED MESSAGE-----"u8)) throw DebianErrors.MissingSignature(uri);
        string directory = Directory.CreateTempSubdirectory("debian-keys-").FullName;
        try
        {
            string[] keyrings = [.. (await keyring.WriteAsync(directory, cancellationToken)).SelectMany(static path => (string[])["--keyring", path])];
            ProgramResult result = await ExternalProgram.RunAsync(
                "gpgv", "gpgv", ["--status-fd", "2", "--homedir", directory, "--weak-digest", "SHA1", .. keyrings, "--output", "-"], content, MaxLength, cancellationToken);
            string[] statuses = [.. result.Error.Split('\n').Where(static line => line.StartsWith("[GNUPG:] ", StringComparison.Ordinal)).Select(static line => line[9..])];

            // An archive signs with several keys while it changes them: one that is trusted is enough, one that is bad is too much.
            bool good = Has(statuses, "GOODSIG") && Has(statuses, "VALIDSIG");
            if (Has(statuses, "BADSIG")) throw DebianErrors.BadSignature(uri, "the file is not as it was signed");
            if (!good) throw DebianErrors.BadSignature(uri, Reason(statuses, result.Error));
            return result.Output;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Reason(string[] statuses, string error) =>
        Has(statuses, "EXPKEYSIG") || Has(statuses, "KEYEXPIRED") ? "its key has expired"
        : Has(statuses, "REVKEYSIG") ? "its key was revoked"
        : Has(statuses, "EXPSIG") ? "it has expired"
        : statuses.Where(static status => status.StartsWith("NO_PUBKEY ", StringComparison.Ordinal)).Select(static status => status[10..]).ToArray() is { Length: > 0 } missing
            ? $"the keyring does not have the key {string.Join(" or ", missing)}"
            : Has(statuses, "NODATA") ? "it has no signature"
            : error.Split('\n').FirstOrDefault(static line => line.StartsWith("gpgv:", StringComparison.Ordinal)) ?? "gpgv gives no reason";

    private static bool Has(string[] statuses, string name) =>
        statuses.Any(status => status == name || status.StartsWith(name + " ", StringComparison.Ordinal));
}

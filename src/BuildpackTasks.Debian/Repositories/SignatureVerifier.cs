namespace BuildpackTasks.Debian;

/// <summary>
/// Verifies what an archive signed, with gpgv. What counts is the text that gpgv gives back, not the file: a file may have more
/// in it than what was signed.
/// </summary>
internal static class SignatureVerifier
{
    private const int MaxLength = 32 << 20;

    // Some hundred lines: an archive signs with three keys at most.
    private const int MaxStatusLength = 32 << 10;

    private const int MaxReasonLength = 200;

    // What gpgv reports besides signatures (GnuPG, doc/DETAILS, "General status codes").
    private static readonly string[] Failures = ["ERROR", "FAILURE", "NODATA", "UNEXPECTED", "BADARMOR"];

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
            string log = Path.Combine(directory, "log");
            // Standard error is for the status lines alone: what gpgv says in words, which may quote the file, goes to a log.
            ProgramResult result = await ExternalProgram.RunAsync(
                "gpgv", "gpgv",
                ["--status-fd", "2", "--log-file", log, "--homedir", directory, "--weak-digest", "SHA1", .. keyrings, "--output", "-"],
                content, MaxLength, cancellationToken);
            if (result.Error.Length > MaxStatusLength) throw DebianErrors.BadSignature(uri, "it has more signatures than any archive makes");
            string[] statuses = [.. result.Error.Split('\n').Where(static line => line.StartsWith("[GNUPG:] ", StringComparison.Ordinal)).Select(static line => line[9..])];

            if (Has(statuses, "BADSIG")) throw DebianErrors.BadSignature(uri, "the file is not as it was signed");
            if (!Has(statuses, "GOODSIG") || !Has(statuses, "VALIDSIG")) throw DebianErrors.BadSignature(uri, Reason(statuses, log));
            if (!IsClean(result.ExitCode, statuses)) throw DebianErrors.BadSignature(uri, LastOf(log));
            return result.Output;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    // An archive signs with several keys while it changes them: one that is trusted is enough, though gpgv fails then. Any other
    // failure is about the file.
    private static bool IsClean(int exitCode, string[] statuses) =>
        exitCode == 0 || (exitCode == 2 && Has(statuses, "NO_PUBKEY") && !Failures.Any(failure => Has(statuses, failure)));

    private static string Reason(string[] statuses, string log) =>
        Has(statuses, "EXPKEYSIG") || Has(statuses, "KEYEXPIRED") ? "its key has expired"
        : Has(statuses, "REVKEYSIG") ? "its key was revoked"
        : Has(statuses, "EXPSIG") ? "it has expired"
        : statuses.Where(static status => status.StartsWith("NO_PUBKEY ", StringComparison.Ordinal)).Select(static status => status[10..]).ToArray() is { Length: > 0 } missing
            ? $"the keyring does not have the key {string.Join(" or ", missing)}"
            : Has(statuses, "NODATA") ? "it has no signature"
            : LastOf(log);

    // "2026-09-12 07:55:41 gpgv[4711] reason"; gpgv escapes control characters itself.
    private static string LastOf(string log)
    {
        string line = File.Exists(log) ? File.ReadLines(log).LastOrDefault() ?? "" : "";
        string reason = line[(line.IndexOf("] ", StringComparison.Ordinal) is >= 0 and int end ? end + 2 : 0)..].Trim();
        return reason.Length == 0 ? "gpgv gives no reason" : $"gpgv says: {reason[..Math.Min(reason.Length, MaxReasonLength)]}";
    }

    private static bool Has(string[] statuses, string name) =>
        statuses.Any(status => status == name || status.StartsWith(name + " ", StringComparison.Ordinal));
}

using System.Security.Cryptography;
using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>The keys that are trusted, as gpgv takes them: without the armor that some files have (RFC 9580, 6).</summary>
internal sealed class Keyring
{
    private const int MaxLength = 8 << 20;

    private readonly IReadOnlyList<byte[]> keys;

    private Keyring(IReadOnlyList<byte[]> keys)
    {
        this.keys = keys;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] one in keys) hash.AppendData(SHA256.HashData(one));
        Id = Digest.FromSha256(hash.GetHashAndReset());
    }

    /// <summary>What tells it from one with other keys.</summary>
    public Digest Id { get; }

    /// <summary>Reads keyrings.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4017: there is none, or one cannot be read.</exception>
    public static async Task<Keyring> ReadAsync(IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        if (paths.Count == 0) throw DebianErrors.MissingKeyring(null);
        var keys = new List<byte[]>();
        foreach (string path in paths)
        {
            try
            {
                if (new FileInfo(path) is not { Exists: true, Length: <= MaxLength }) throw DebianErrors.MissingKeyring(path);
                byte[] content = await File.ReadAllBytesAsync(path, cancellationToken);
                keys.Add(content.AsSpan().IndexOf("-----BEGIN PGP PUBLIC KEY BLOCK-----"u8) >= 0 ? Dearmor(content) : content);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                throw DebianErrors.MissingKeyring(path);
            }
        }
        return new Keyring(keys);
    }

    /// <summary>Writes the keys to files that gpgv can read.</summary>
    /// <param name="directory">Where; the caller removes it.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <returns>The files.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(string directory, CancellationToken cancellationToken)
    {
        var paths = new List<string>();
        foreach (byte[] one in keys)
        {
            string path = Path.Combine(directory, $"{paths.Count}.gpg");
            await File.WriteAllBytesAsync(path, one, cancellationToken);
            paths.Add(path);
        }
        return paths;
    }

    // Headers end at an empty line; the line with the checksum starts with an equals sign.
    private static byte[] Dearmor(byte[] content)
    {
        var bytes = new List<byte>();
        var base64 = new StringBuilder();
        bool inside = false, inHeaders = false;
        foreach (string raw in Encoding.ASCII.GetString(content).Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith("-----BEGIN ", StringComparison.Ordinal)) (inside, inHeaders) = (true, true);
            else if (line.StartsWith("-----END ", StringComparison.Ordinal))
            {
                bytes.AddRange(Convert.FromBase64String(base64.ToString()));
                base64.Clear();
                inside = false;
            }
            else if (inHeaders) inHeaders = line.Length > 0;
            else if (inside && !line.StartsWith('=')) base64.Append(line);
        }
        return [.. bytes];
    }
}

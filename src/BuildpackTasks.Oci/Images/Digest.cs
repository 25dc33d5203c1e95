using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>
/// The identity of content: an algorithm and a hash, written <c>sha256:…</c> (OCI image specification, "Digests").
/// The default value is no digest and may not be formatted.
/// </summary>
public readonly record struct Digest : IComparable<Digest>
{
    private const string Sha256 = "sha256";
    private const string Sha512 = "sha512";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string? text;

    private Digest(string text) => this.text = text;

    /// <summary>The algorithm, <c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => ToString()[..6];

    /// <summary>The hash in lower-case hexadecimal digits.</summary>
    public string Hex => ToString()[7..];

    /// <summary>Reads a digest.</summary>
    /// <param name="value">The text, such as <c>sha256:e3b0…</c>.</param>
    /// <exception cref="OciException">BPT1001: the text is not a digest.</exception>
    public static Digest Parse(string value) =>
        TryParse(value, out Digest digest) ? digest : throw OciErrors.NotADigest(value);

    /// <summary>Reads a digest if the text is one: a registered algorithm and as many lower-case hexadecimal digits as it has.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="digest">The digest, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out Digest digest)
    {
        digest = default;
        if (value is null) return false;
        int hexLength = value.StartsWith(Sha256 + ":", StringComparison.Ordinal) ? 64
            : value.StartsWith(Sha512 + ":", StringComparison.Ordinal) ? 128
            : -1;
        if (hexLength < 0 || value.Length != 7 + hexLength || value.AsSpan(7).ContainsAnyExcept(HexDigits)) return false;
        digest = new Digest(value);
        return true;
    }

    /// <summary>The sha256 digest of bytes in memory.</summary>
    /// <param name="content">The bytes.</param>
    public static Digest Of(ReadOnlySpan<byte> content) => FromSha256(SHA256.HashData(content));

    /// <summary>The digest that a finished sha256 hash stands for.</summary>
    /// <param name="hash">The 32 bytes of the hash.</param>
    public static Digest FromSha256(ReadOnlySpan<byte> hash) => new($"{Sha256}:{Convert.ToHexStringLower(hash)}");

    /// <summary>A hash that is fed with content to see whether this is its digest.</summary>
    internal IncrementalHash NewHash() =>
        IncrementalHash.CreateHash(Algorithm == Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512);

    /// <summary>Whether this is the digest of what was hashed.</summary>
    /// <param name="hash">A hash from <see cref="NewHash"/>, fed; it starts anew afterwards.</param>
    internal bool IsOf(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset()) == Hex;

    /// <summary>Whether this is the digest of bytes in memory.</summary>
    /// <param name="content">The bytes.</param>
    internal bool IsOf(ReadOnlySpan<byte> content)
    {
        using IncrementalHash hash = NewHash();
        hash.AppendData(content);
        return IsOf(hash);
    }

    /// <inheritdoc/>
    public int CompareTo(Digest other) => string.CompareOrdinal(text, other.text);

    /// <inheritdoc/>
    public override string ToString() => text ?? throw new InvalidOperationException("The default digest has no value.");

    /// <summary>Orders digests by their text.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Orders digests by their text.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Orders digests by their text.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Orders digests by their text.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}

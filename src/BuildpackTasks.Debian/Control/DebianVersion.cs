using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BuildpackTasks.Debian;

/// <summary>
/// The version of a package, <c>[epoch:]upstream[-revision]</c>, ordered as dpkg orders it (Debian policy, 5.6.12). Versions that
/// order equally are equal, also where their texts differ: <c>1.0</c> and <c>1.0-0</c>.
/// </summary>
internal readonly struct DebianVersion : IComparable<DebianVersion>, IEquatable<DebianVersion>
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+~:-");

    private readonly string text;
    private readonly int epoch;
    private readonly int upstreamStart;
    private readonly int upstreamEnd;

    private DebianVersion(string text, int epoch, int upstreamStart, int upstreamEnd)
    {
        this.text = text;
        this.epoch = epoch;
        this.upstreamStart = upstreamStart;
        this.upstreamEnd = upstreamEnd;
    }

    private ReadOnlySpan<char> Upstream => text.AsSpan(upstreamStart, upstreamEnd - upstreamStart);

    // No revision orders as the revision 0 does.
    private ReadOnlySpan<char> Revision => upstreamEnd < text.Length ? text.AsSpan(upstreamEnd + 1) : default;

    /// <summary>Reads a version if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="version">The version, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, out DebianVersion version)
    {
        version = default;
        if (string.IsNullOrEmpty(value) || value.AsSpan().ContainsAnyExcept(Allowed)) return false;
        int epoch = 0;
        int colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && !int.TryParse(value.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out epoch)) return false;
        int upstreamStart = colon + 1;
        int hyphen = value.LastIndexOf('-');
        int upstreamEnd = hyphen < upstreamStart ? value.Length : hyphen;
        if (upstreamEnd == upstreamStart || upstreamEnd == value.Length - 1) return false;
        if (value.AsSpan(upstreamEnd).Contains(':')) return false;
        version = new DebianVersion(value, epoch, upstreamStart, upstreamEnd);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(DebianVersion other)
    {
        if (epoch != other.epoch) return epoch.CompareTo(other.epoch);
        int upstream = ComparePart(Upstream, other.Upstream);
        return upstream != 0 ? upstream : ComparePart(Revision, other.Revision);
    }

    /// <inheritdoc/>
    public bool Equals(DebianVersion other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DebianVersion other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => epoch;

    /// <inheritdoc/>
    public override string ToString() => text;

    // Parts are compared piece by piece: what is not digits by its characters, digits by the number they write.
    private static int ComparePart(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (left.Length > 0 || right.Length > 0)
        {
            int order = CompareText(Take(ref left, digits: false), Take(ref right, digits: false));
            if (order != 0) return order;
            order = CompareNumbers(Take(ref left, digits: true), Take(ref right, digits: true));
            if (order != 0) return order;
        }
        return 0;
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> from, bool digits)
    {
        int length = 0;
        while (length < from.Length && char.IsAsciiDigit(from[length]) == digits) length++;
        ReadOnlySpan<char> taken = from[..length];
        from = from[length..];
        return taken;
    }

    private static int CompareText(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        for (int i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            int order = Weight(left, i).CompareTo(Weight(right, i));
            if (order != 0) return order;
        }
        return 0;
    }

    // A tilde orders before the end of the text, the end before letters, letters before everything else.
    private static int Weight(ReadOnlySpan<char> text, int index) => index >= text.Length ? 0
        : text[index] == '~' ? -1
        : char.IsAsciiLetter(text[index]) ? text[index]
        : text[index] + 256;

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);
    }
}

using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>A class of characters in a <c>.gitignore</c> pattern: <c>[a-z]</c>, <c>[!a-z]</c>, <c>[^a-z]</c>, <c>[[:digit:]]</c>.</summary>
internal static class IgnoreClass
{
    /// <summary>Reads a class.</summary>
    /// <param name="pattern">The pattern from the bracket on.</param>
    /// <param name="members">Which bytes it has.</param>
    /// <returns>The length of the class; less than 0 where it does not end, or names a class that there is not.</returns>
    public static int TryParse(ReadOnlySpan<byte> pattern, out bool[] members)
    {
        members = new bool[256];
        int index = 1;
        bool negated = index < pattern.Length && pattern[index] is (byte)'!' or (byte)'^';
        if (negated) index++;
        // What a hyphen goes on from; none at the beginning and after a range or a named class.
        int previous = -1;
        for (bool first = true; ; first = false)
        {
            if (index >= pattern.Length) return -1;
            byte current = pattern[index];
            // A bracket right at the beginning is a member.
            if (current == ']' && !first) break;
            if (current == '\\')
            {
                if (++index >= pattern.Length) return -1;
                previous = pattern[index++];
                members[previous] = true;
            }
            else if (current == '-' && previous >= 0 && index + 1 < pattern.Length && pattern[index + 1] != ']')
            {
                index++;
                if (pattern[index] == '\\' && ++index >= pattern.Length) return -1;
                for (int value = previous; value <= pattern[index]; value++) members[value] = true;
                index++;
                previous = -1;
            }
            else if (current == '[' && index + 1 < pattern.Length && pattern[index + 1] == ':')
            {
                int length = pattern[(index + 2)..].IndexOf((byte)']');
                if (length < 0) return -1;
                ReadOnlySpan<byte> name = pattern.Slice(index + 2, length);
                if (!name.EndsWith(":"u8))
                {
                    // Not the end of a name: the bracket is a member.
                    members['['] = true;
                    previous = '[';
                    index++;
                    continue;
                }
                if (Named(name[..^1]) is not { } contains) return -1;
                for (int value = 0; value < 128; value++) members[value] |= contains((char)value);
                index += length + 3;
                previous = -1;
            }
            else
            {
                members[current] = true;
                previous = current;
                index++;
            }
        }
        for (int value = 0; negated && value < members.Length; value++) members[value] = !members[value];
        return index + 1;
    }

    private static Func<char, bool>? Named(ReadOnlySpan<byte> name) => Encoding.ASCII.GetString(name) switch
    {
        "alnum" => char.IsAsciiLetterOrDigit,
        "alpha" => char.IsAsciiLetter,
        "blank" => static character => character is ' ' or '\t',
        "cntrl" => char.IsControl,
        "digit" => char.IsAsciiDigit,
        "graph" => static character => character is > ' ' and < '\x7f',
        "lower" => char.IsAsciiLetterLower,
        "print" => static character => character is >= ' ' and < '\x7f',
        "punct" => static character => character is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(character),
        "space" => static character => character is ' ' or (>= '\t' and <= '\r'),
        "upper" => char.IsAsciiLetterUpper,
        "xdigit" => char.IsAsciiHexDigit,
        _ => null,
    };
}

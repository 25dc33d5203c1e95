using System.Globalization;
using System.Text;

namespace BuildpackTasks.Toml;

internal sealed partial class TomlParser
{
    private string ReadBasicString()
    {
        int start = position++;
        var value = new StringBuilder();
        while (true)
        {
            if (AtEnd || Current == '\n') throw Error(start, "the string is not closed on its line");
            if (Current == '"')
            {
                position++;
                return value.ToString();
            }
            if (Current == '\\') ReadEscape(value);
            else AppendCharacter(value);
        }
    }

    private string ReadLiteralString()
    {
        int start = position++;
        var value = new StringBuilder();
        while (true)
        {
            if (AtEnd || Current == '\n') throw Error(start, "the string is not closed on its line");
            if (Current == '\'')
            {
                position++;
                return value.ToString();
            }
            AppendCharacter(value);
        }
    }

    /// <summary>Reads a multi-line string: three quotes, the value without a line end right after them, three quotes.</summary>
    private string ReadMultiLineString(char quote)
    {
        int start = position;
        position += 3;
        if (Current is '\n' or '\r') ReadNewline();
        var value = new StringBuilder();
        while (true)
        {
            if (AtEnd) throw Error(start, "the multi-line string is not closed");
            if (Current == quote)
            {
                int quotes = 0;
                while (Current == quote && quotes < 5)
                {
                    quotes++;
                    position++;
                }
                // One or two quotes may stand right before the three that close.
                value.Append(quote, quotes >= 3 ? quotes - 3 : quotes);
                if (quotes >= 3) return value.ToString();
            }
            else if (Current is '\n' or '\r')
            {
                // A line end is one in whatever form the document has them, so that a checkout does not change a value.
                ReadNewline();
                value.Append('\n');
            }
            else if (Current == '\\' && quote == '"')
            {
                if (!SkipLineContinuation()) ReadEscape(value);
            }
            else
            {
                AppendCharacter(value);
            }
        }
    }

    /// <summary>A backslash at the end of a line joins the next line that is not blank.</summary>
    private bool SkipLineContinuation()
    {
        int start = position++;
        SkipBlank();
        if (Current is not ('\n' or '\r'))
        {
            position = start;
            return false;
        }
        while (Current is ' ' or '\t' or '\n' or '\r')
        {
            if (Current is ' ' or '\t') position++;
            else ReadNewline();
        }
        return true;
    }

    private void ReadEscape(StringBuilder value)
    {
        int start = position++;
        char kind = Current;
        position++;
        switch (kind)
        {
            case 'b': value.Append('\b'); break;
            case 't': value.Append('\t'); break;
            case 'n': value.Append('\n'); break;
            case 'f': value.Append('\f'); break;
            case 'r': value.Append('\r'); break;
            case '"': value.Append('"'); break;
            case '\\': value.Append('\\'); break;
            case 'u': value.Append(ReadScalar(start, 4)); break;
            case 'U': value.Append(ReadScalar(start, 8)); break;
            default: throw Error(start, "a backslash in a string stands before one of b t n f r \" \\ u U");
        }
    }

    private Rune ReadScalar(int start, int digits)
    {
        ReadOnlySpan<char> hex = position + digits <= text.Length ? text.AsSpan(position, digits) : default;
        position += digits;
        // uint.TryParse would take blanks and signs by itself; the style allows digits only.
        return uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint scalar) && Rune.IsValid(scalar) ? new Rune(scalar)
            : throw Error(start, $"\\{(digits == 4 ? 'u' : 'U')} stands before the {digits} hexadecimal digits of a Unicode scalar value");
    }

    private void AppendCharacter(StringBuilder value)
    {
        RequireCharacter("a string");
        value.Append(text[position++]);
    }
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Toml;

internal sealed partial class TomlParser
{
    private object ReadValue()
    {
        if (++depth > MaxDepth) throw Error(position, $"arrays and inline tables are nested more than {MaxDepth} deep");
        object value = Current switch
        {
            '"' when IsTripled('"') => ReadMultiLineString('"'),
            '\'' when IsTripled('\'') => ReadMultiLineString('\''),
            '"' => ReadBasicString(),
            '\'' => ReadLiteralString(),
            '[' => ReadArray(),
            '{' => ReadInlineTable(),
            _ => ReadWord(),
        };
        depth--;
        return value;
    }

    private bool IsTripled(char quote) => string.CompareOrdinal(text, position, new string(quote, 3), 0, 3) == 0;

    private TomlArray ReadArray()
    {
        int start = position++;
        var array = new TomlArray();
        while (true)
        {
            SkipBlankLines();
            if (AtEnd) throw Error(start, "the array is not closed");
            if (Current == ']') break;
            array.Add(ReadValue());
            SkipBlankLines();
            if (AtEnd) throw Error(start, "the array is not closed");
            if (Current == ']') break;
            Expect(',', "the values of an array are separated by ','");
        }
        position++;
        return array;
    }

    private TomlTable ReadInlineTable()
    {
        TomlTable table = NewTable(Definition.ByDottedKey, position++);
        SkipBlank();
        if (Current == '}' && !AtEnd)
        {
            position++;
        }
        else
        {
            while (true)
            {
                SkipBlank();
                ReadKeyValue(table);
                SkipBlank();
                if (Current == '}' && !AtEnd) break;
                Expect(',', "an inline table ends with '}' on its line, and its keys are separated by ','");
            }
            position++;
        }
        definitions[table] = Definition.Inline;
        return table;
    }

    /// <summary>Reads what is neither quoted nor bracketed: a bool, a number, a date or a time.</summary>
    private object ReadWord()
    {
        int start = position;
        while (IsWordCharacter(Current)) position++;
        // One blank may stand between a date and a time.
        if (position - start == 10 && Current == ' ' && position + 1 < text.Length && char.IsAsciiDigit(text[position + 1]) && LocalDate().IsMatch(text[start..position]))
        {
            position++;
            while (IsWordCharacter(Current)) position++;
        }
        string word = text[start..position];
        if (word.Length == 0) throw Unexpected("a value");
        return word switch
        {
            "true" => true,
            "false" => false,
            "inf" or "+inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            "nan" or "+nan" or "-nan" => double.NaN,
            _ => ReadNumberOrTime(word, start),
        };
    }

    // Apart, since most documents have neither, and a program that has just begun need not load what reads them.
    private object ReadNumberOrTime(string word, int start) => word switch
    {
        _ when Integer().IsMatch(word) => ParseInteger(word, start),
        _ when PrefixedInteger().IsMatch(word) => ParsePrefixed(word, start),
        _ when Float().IsMatch(word) => double.Parse(word.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => TomlTime.Parse(word, out bool looksLikeTime) ?? throw Error(start, looksLikeTime ? $"'{word}' is not a date or time that exists" : $"'{word}' is not a value"),
    };

    private static bool IsWordCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.' or ':' or '_';

    private long ParseInteger(string word, int start) =>
        long.TryParse(word.Replace("_", ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw TooLarge(word, start);

    private long ParsePrefixed(string word, int start)
    {
        int bits = word[1] switch { 'x' => 4, 'o' => 3, _ => 1 };
        UInt128 value = 0;
        foreach (char digit in word.AsSpan(2))
        {
            if (digit == '_') continue;
            value = (value << bits) | (uint)Convert.ToInt32(digit.ToString(), 16);
            if (value > long.MaxValue) throw TooLarge(word, start);
        }
        return (long)value;
    }

    private TomlException TooLarge(string word, int start) => Error(start, $"'{word}' does not fit into 64 bits");

    [GeneratedRegex(@"\A[+-]?(0|[1-9](_?[0-9])*)\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"\A0(x[0-9A-Fa-f](_?[0-9A-Fa-f])*|o[0-7](_?[0-7])*|b[01](_?[01])*)\z")]
    private static partial Regex PrefixedInteger();

    [GeneratedRegex(@"\A[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?\z")]
    private static partial Regex Float();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z")]
    private static partial Regex LocalDate();
}

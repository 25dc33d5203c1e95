using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>Text from outside (a registry, a file, a program) as a message may quote it.</summary>
public static class Quoted
{
    /// <summary>The text on one line, without control and format characters, cut where it is longer than the limit.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How many characters it may have.</param>
    public static string OneLine(string text, int maxLength = 200)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool blank = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
            if (blank && (line.Length == 0 || line[^1] == ' ')) continue;
            if (line.Length + rune.Utf16SequenceLength > maxLength) return line.ToString().TrimEnd() + "…";
            line.Append(blank ? " " : rune.ToString());
        }
        return line.ToString().TrimEnd();
    }
}

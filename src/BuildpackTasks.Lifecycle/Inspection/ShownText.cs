using System.Globalization;
using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>Text out of an image as a terminal may show it.</summary>
public static class ShownText
{
    /// <summary>
    /// The text on one line, cut where it is longer than the limit. What a terminal would obey or hide (control and format characters,
    /// line separators, halves of pairs) is shown as <c>\u001B</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">How long it may be, in characters.</param>
    public static string Line(string text, int maxLength = 200)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        for (int index = 0; index < text.Length; index++)
        {
            bool isPair = index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
            string shown = Shown(text, index, isPair);
            if (line.Length + shown.Length > maxLength) return line.Append('…').ToString();
            line.Append(shown);
            if (isPair) index++;
        }
        return line.ToString();
    }

    /// <summary>JSON in which no such character stands for itself.</summary>
    /// <param name="json">The JSON.</param>
    internal static string Json(string json)
    {
        StringBuilder? safe = null;
        for (int index = 0; index < json.Length; index++)
        {
            bool isPair = index + 1 < json.Length && char.IsSurrogatePair(json[index], json[index + 1]);
            // Outside of its texts JSON has no other characters than those of ASCII, line feeds among them.
            bool isHidden = json[index] >= 0x7F && IsHidden(CharUnicodeInfo.GetUnicodeCategory(json, index));
            if (isHidden && safe is null) safe = new StringBuilder(json, 0, index, json.Length + 64);
            if (isHidden) safe!.Append(Escaped(json, index, isPair));
            else safe?.Append(json, index, isPair ? 2 : 1);
            if (isPair) index++;
        }
        return safe?.ToString() ?? json;
    }

    private static string Shown(string text, int index, bool isPair) =>
        IsHidden(CharUnicodeInfo.GetUnicodeCategory(text, index)) ? Escaped(text, index, isPair) : text.Substring(index, isPair ? 2 : 1);

    private static string Escaped(string text, int index, bool isPair) => $"\\u{(int)text[index]:X4}{(isPair ? $"\\u{(int)text[index + 1]:X4}" : "")}";

    private static bool IsHidden(UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace BuildpackTasks.Toml;

/// <summary>Dates and times: RFC 3339 with parts left out, as TOML has them.</summary>
internal static partial class TomlTime
{
    /// <summary>Reads a date, a time or both; null where the word is none or names a moment that does not exist.</summary>
    /// <param name="word">The word.</param>
    /// <param name="looksLikeTime">Whether the word has the form of one.</param>
    public static object? Parse(string word, out bool looksLikeTime)
    {
        Match match = Grammar().Match(word);
        looksLikeTime = match.Success;
        if (!match.Success) return null;

        DateOnly date = default;
        TimeOnly time = default;
        bool hasDate = match.Groups["date"].Success;
        bool hasTime = match.Groups["time"].Success;
        if (hasDate && !DateOnly.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date)) return null;
        if (hasTime && !TryParseTime(match, out time)) return null;
        if (!hasDate) return time;
        if (!hasTime) return date;

        DateTime local = date.ToDateTime(time);
        return match.Groups["offset"] is { Success: true } offset ? WithOffset(local, offset.Value) : (object)local;
    }

    /// <summary>Writes a value in the form that reads as the same value again.</summary>
    public static string Format(object value) => value switch
    {
        DateTimeOffset { Offset.Ticks: 0 } time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"{value.GetType()} is not a date or time.", nameof(value)),
    };

    private static bool TryParseTime(Match match, out TimeOnly time)
    {
        time = default;
        if (!TimeOnly.TryParseExact(match.Groups["clock"].Value, "HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly clock)) return false;
        // Digits beyond what can be kept are cut off, as the format says.
        string fraction = match.Groups["fraction"].Value.PadRight(7, '0')[..7];
        time = clock.Add(TimeSpan.FromTicks(long.Parse(fraction, CultureInfo.InvariantCulture)));
        return true;
    }

    private static DateTimeOffset? WithOffset(DateTime local, string offset)
    {
        if (offset is "Z" or "z") return new DateTimeOffset(local, TimeSpan.Zero);
        int hours = int.Parse(offset.AsSpan(1, 2), CultureInfo.InvariantCulture);
        int minutes = int.Parse(offset.AsSpan(4, 2), CultureInfo.InvariantCulture);
        if (hours > 23 || minutes > 59) return null;
        TimeSpan span = new TimeSpan(hours, minutes, 0) * (offset[0] == '-' ? -1 : 1);
        long utc = local.Ticks - span.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks) return null;
        // The type holds offsets of up to 14 hours, the format up to 24: the moment is kept.
        return span.Duration() <= TimeSpan.FromHours(14) ? new DateTimeOffset(local, span) : new DateTimeOffset(utc, TimeSpan.Zero);
    }

    [GeneratedRegex(
        @"\A((?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?<time>(?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?)|(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>(?<clock>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?)(?<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();
}

using System.Globalization;

namespace BuildpackTasks;

/// <summary>Numbers of bytes as messages have them.</summary>
internal static class ByteSize
{
    /// <summary>The number in the largest unit of which there is at least one.</summary>
    public static string Format(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
    };
}

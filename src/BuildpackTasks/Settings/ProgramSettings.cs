using System.Globalization;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>How the programs of buildpacks run.</summary>
internal sealed record ProgramSettings
{
    /// <summary>The state of the build.</summary>
    public required ImageDirectory State { get; init; }

    /// <summary>What relative paths are relative to.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>What they see as the app, on this machine.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>Where they see it.</summary>
    public required string ImageAppDirectory { get; init; }

    /// <summary>The environment that the user sets for the build.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Whether they run in a view of their own.</summary>
    public BuildpackIsolation Isolation { get; init; }

    /// <summary>How long one may take.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>The image that they see as the system; null for this machine's own.</summary>
    public string? BuildImage { get; init; }

    /// <summary>Reads <c>BuildpackIsolation</c>.</summary>
    /// <param name="text">Its value, or null where it is not set.</param>
    /// <exception cref="TaskException">BPT5014: it is none.</exception>
    public static BuildpackIsolation ParseIsolation(string? text) => text is null ? BuildpackIsolation.Auto
        : Enum.TryParse(text, ignoreCase: true, out BuildpackIsolation isolation) && Enum.IsDefined(isolation) ? isolation
        : throw TaskErrors.BadValue("BuildpackIsolation", text, $"one of {string.Join(", ", Enum.GetNames<BuildpackIsolation>())}");

    /// <summary>Reads <c>BuildpackTimeout</c>.</summary>
    /// <param name="text">Its value, or null where it is not set.</param>
    /// <exception cref="TaskException">BPT5014: it is none.</exception>
    public static TimeSpan ParseTimeout(string? text)
    {
        if (text is null) return TimeSpan.FromMinutes(30);
        TimeSpan? limit = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan time) ? time
            : null;
        // A timer takes no more.
        return limit > TimeSpan.Zero && limit < TimeSpan.FromDays(24) ? limit.Value
            : throw TaskErrors.BadValue("BuildpackTimeout", text, "a number of seconds or a time such as 00:30:00, less than 24 days");
    }
}

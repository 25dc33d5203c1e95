using System.Collections;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Frameworks as the buildpacks note them in an image's metadata: tables with <c>name</c>, <c>version</c> and, where it says what an
/// app accepts, <c>roll-forward</c>.
/// </summary>
internal static class FrameworkNotes
{
    private const string Name = "name", Version = "version", RollForwardKey = "roll-forward";

    // No app needs more, and a label can hold anything.
    private const int MaxCount = 16;

    /// <summary>What an app accepts.</summary>
    public static object[] OfRequired(IEnumerable<FrameworkReference> frameworks) =>
        [.. frameworks.Select(static framework => Table(framework, withRollForward: true))];

    /// <summary>What an app has with it.</summary>
    public static object[] OfIncluded(IEnumerable<FrameworkReference> frameworks) =>
        [.. frameworks.Select(static framework => Table(framework, withRollForward: false))];

    /// <summary>Reads a note; null where it is none.</summary>
    /// <param name="note">The value that the metadata has.</param>
    public static IReadOnlyList<FrameworkReference>? TryRead(object? note)
    {
        if (note is string || note is not IEnumerable list) return null;
        var frameworks = new List<FrameworkReference>();
        foreach (object? item in list)
        {
            if (frameworks.Count == MaxCount
                || item is not IReadOnlyDictionary<string, object> table
                || table.GetValueOrDefault(Name) is not string { Length: > 0 } name
                || !NuGetVersion.TryParse(table.GetValueOrDefault(Version) as string, out NuGetVersion? version)
                || !TryReadRollForward(table.GetValueOrDefault(RollForwardKey), out RollForward rollForward))
            {
                return null;
            }
            frameworks.Add(new FrameworkReference(name, version, rollForward));
        }
        return frameworks;
    }

    private static Dictionary<string, object> Table(FrameworkReference framework, bool withRollForward)
    {
        var table = new Dictionary<string, object> { [Name] = framework.Name, [Version] = framework.Version.ToString() };
        if (withRollForward) table[RollForwardKey] = framework.RollForward.ToString();
        return table;
    }

    private static bool TryReadRollForward(object? value, out RollForward rollForward)
    {
        rollForward = RollForward.Minor;
        return value is null || (value is string text && !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse(text, ignoreCase: true, out rollForward) && Enum.IsDefined(rollForward));
    }
}

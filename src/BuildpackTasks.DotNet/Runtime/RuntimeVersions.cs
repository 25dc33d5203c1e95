using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>Which version of a shared framework the .NET host takes (host documentation, "Framework version resolution").</summary>
public static class RuntimeVersions
{
    /// <summary>The version that the host takes for a reference, or null where none serves.</summary>
    /// <param name="reference">What is asked for.</param>
    /// <param name="available">The versions that there are, in any order.</param>
    public static NuGetVersion? Resolve(FrameworkReference reference, IEnumerable<NuGetVersion> available)
    {
        NuGetVersion[] serving = [.. available.Where(version => Serves(reference, version)).Order()];

        // Who asks for a released version gets a prerelease only where no release serves.
        NuGetVersion[] released = reference.Version.IsPrerelease ? [] : [.. serving.Where(static version => !version.IsPrerelease)];
        NuGetVersion[] candidates = released.Length > 0 ? released : serving;
        if (candidates.Length == 0) return null;
        if (reference.RollForward is RollForward.LatestMinor or RollForward.LatestMajor) return candidates[^1];

        NuGetVersion nearest = candidates[0];
        return reference.RollForward == RollForward.Disable ? nearest : candidates.Last(version => SameMinor(version, nearest));
    }

    /// <summary>Whether a reference is satisfied by a version.</summary>
    /// <param name="reference">What is asked for.</param>
    /// <param name="version">What there is.</param>
    public static bool Serves(FrameworkReference reference, NuGetVersion version) => reference.RollForward switch
    {
        RollForward.Disable => version == reference.Version,
        RollForward.LatestPatch => version >= reference.Version && SameMinor(version, reference.Version),
        RollForward.Minor or RollForward.LatestMinor => version >= reference.Version && version.Major == reference.Version.Major,
        _ => version >= reference.Version,
    };

    /// <summary>Whether two versions are patches of the same major and minor version.</summary>
    internal static bool SameMinor(NuGetVersion one, NuGetVersion other) => one.Major == other.Major && one.Minor == other.Minor;
}

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What speaks against putting an image on a run image (platform specification, "Rebase", and more: what an app was built for shall
/// not be taken away below it). Every rule gives an error that force overrides.
/// </summary>
internal static class RebaseRules
{
    // Distributions that keep what programs need over all versions with the same first number; elsewhere the first two numbers count.
    private static readonly string[] StableByFirstNumber = ["rhel", "centos", "rocky", "almalinux", "ol"];

    /// <summary>What speaks against the run image by what is said of it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="runImage">The run image, as it was asked for.</param>
    public static IEnumerable<LifecycleException> CheckName(BuildpacksImage image, string runImage)
    {
        string[] allowed = [.. image.RunImageName is { } name ? [name] : (string[])[], .. image.RunImageMirrors];
        if (!allowed.Any(candidate => RunImageName.IsSame(runImage, candidate))) yield return LifecycleErrors.RunImageNotAllowed(image.Name, runImage, allowed);
    }

    /// <summary>What speaks against it by what the two are.</summary>
    /// <param name="before">What the image has below the app now.</param>
    /// <param name="after">The run image.</param>
    /// <param name="packages">What becomes of the packages of the system.</param>
    /// <param name="isOfStack">Whether the image is of the time when stacks told what fits (Platform API before 0.12).</param>
    public static IEnumerable<LifecycleException> CheckSystem(RebaseSide before, RebaseSide after, IReadOnlyList<PackageChange> packages, bool isOfStack)
    {
        if (!(before.Platform with { OsVersion = null }).Accepts(after.Platform)) yield return LifecycleErrors.OtherPlatform(before, after);
        if (isOfStack && before.Stack is not null)
        {
            if (before.Stack != after.Stack) yield return LifecycleErrors.OtherStack(before, after);
            else if (before.Mixins.Except(after.Mixins).ToArray() is { Length: > 0 } missing) yield return LifecycleErrors.MissingMixins(before, after, missing);
        }

        // Labels and files name things in their own way each: like is compared with like.
        bool labelled = before.Labelled is not null && after.Labelled is not null;
        TargetDistribution? old = labelled ? before.Labelled : before.Installed ?? before.Labelled;
        TargetDistribution? coming = labelled ? after.Labelled : after.Installed ?? after.Labelled;
        bool isOther = old is not null && !IsSameLine(old, coming);
        if (isOther) yield return LifecycleErrors.OtherDistribution(before, old!, after, coming);
        if (before.CLibrary is not null && before.CLibrary != after.CLibrary) yield return LifecycleErrors.OtherCLibrary(before, after);

        string[] older =
        [
            .. !isOther && old?.Version is { } version && coming?.Version is { } comingVersion && CompareVersions(comingVersion, version) < 0 ? [$"{old.Name} {comingVersion} for {version}"] : (string[])[],
            .. packages.Where(static package => package.IsOlder).Select(static package => $"{package.Name} {package.After} for {package.Before}"),
        ];
        if (older.Length > 0) yield return LifecycleErrors.OlderRunImage(before, after, older);
    }

    /// <summary>Whether what was built for one distribution runs on the other: the same, in a version that promises so.</summary>
    private static bool IsSameLine(TargetDistribution old, TargetDistribution? coming)
    {
        if (!string.Equals(old.Name, coming?.Name, StringComparison.OrdinalIgnoreCase)) return false;
        if (old.Version is null || coming!.Version is null || old.Version == coming.Version) return true;
        int count = StableByFirstNumber.Contains(old.Name, StringComparer.OrdinalIgnoreCase) ? 1 : 2;
        // A third number, as Alpine has it, counts corrections.
        return old.Version.Split('.').Take(count).Zip(coming.Version.Split('.')).All(static pair => pair.First == pair.Second);
    }

    /// <summary>Compares versions of numbers with dots; what is no number says nothing.</summary>
    private static int CompareVersions(string one, string other)
    {
        foreach ((string left, string right) in one.Split('.').Zip(other.Split('.')))
        {
            if (!ulong.TryParse(left, out ulong first) || !ulong.TryParse(right, out ulong second)) return 0;
            if (first != second) return first.CompareTo(second);
        }
        return 0;
    }
}

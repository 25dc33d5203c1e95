namespace BuildpackTasks.Debian;

/// <summary>A name with the versions of it that are meant, such as <c>libc6 (>= 2.38)</c> (Debian policy, 7.1).</summary>
/// <param name="Name">The package or virtual package.</param>
/// <param name="Relation">How versions must stand to <paramref name="Version"/>.</param>
/// <param name="Version">The version, or null where any will do.</param>
internal sealed record Dependency(string Name, VersionRelation Relation = VersionRelation.Any, DebianVersion? Version = null)
{
    /// <summary>Whether a version is one of those that are meant; an unknown version is only where any will do.</summary>
    /// <param name="candidate">The version, or null for unknown.</param>
    public bool Accepts(DebianVersion? candidate)
    {
        if (Relation == VersionRelation.Any || Version is not { } wanted) return true;
        if (candidate is not { } version) return false;
        int order = version.CompareTo(wanted);
        return Relation switch
        {
            VersionRelation.Earlier => order < 0,
            VersionRelation.EarlierOrEqual => order <= 0,
            VersionRelation.Equal => order == 0,
            VersionRelation.LaterOrEqual => order >= 0,
            _ => order > 0,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Relation switch
    {
        VersionRelation.Earlier => $"{Name} (<< {Version})",
        VersionRelation.EarlierOrEqual => $"{Name} (<= {Version})",
        VersionRelation.Equal => $"{Name} (= {Version})",
        VersionRelation.LaterOrEqual => $"{Name} (>= {Version})",
        VersionRelation.Later => $"{Name} (>> {Version})",
        _ => Name,
    };
}

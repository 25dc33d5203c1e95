namespace BuildpackTasks.Debian;

/// <summary>Alternatives of which one must be there, the preferred first: <c>debconf (>= 0.5) | debconf-2.0</c>.</summary>
/// <param name="Alternatives">The alternatives, at least one.</param>
internal sealed record DependencyClause(IReadOnlyList<Dependency> Alternatives)
{
    /// <summary>A clause with one alternative and any version of it.</summary>
    /// <param name="name">The package.</param>
    public static DependencyClause On(string name) => new([new Dependency(name)]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" | ", Alternatives);
}

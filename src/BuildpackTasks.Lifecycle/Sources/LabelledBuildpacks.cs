namespace BuildpackTasks.Lifecycle;

/// <summary>The buildpacks that an image says it has.</summary>
internal sealed class LabelledBuildpacks
{
    private readonly string image;
    private readonly ILookup<BuildpackId, LabelledBuildpack> byId;

    /// <summary>The buildpacks of an image.</summary>
    /// <param name="image">What messages call it.</param>
    /// <param name="all">The buildpacks.</param>
    /// <exception cref="LifecycleException">BPT2177: an id or a version cannot be that of a directory.</exception>
    public LabelledBuildpacks(string image, IReadOnlyList<LabelledBuildpack> all)
    {
        this.image = image;
        All = all;
        byId = all.ToLookup(static buildpack => buildpack.Id);
        foreach (LabelledBuildpack buildpack in all)
        {
            if (!IsName(buildpack.Version) || !IsName(buildpack.Id.DirectoryName)) throw LifecycleErrors.MalformedLabel(image, BuildpackImageLabels.Layers, $"'{buildpack.Reference}' is no buildpack");
        }
    }

    public IReadOnlyList<LabelledBuildpack> All { get; }

    /// <summary>The buildpack that is meant, or null where there is none; without a version, there has to be only one.</summary>
    public LabelledBuildpack? Find(OrderReference reference) =>
        byId[reference.Id].Where(buildpack => reference.Version.Length == 0 || buildpack.Version == reference.Version).ToArray() is [var only] ? only : null;

    /// <summary>What an order can lead to, by way of composite buildpacks too, each once.</summary>
    /// <exception cref="LifecycleException">BPT2179: something that is asked for is not there.</exception>
    public IReadOnlyList<LabelledBuildpack> Reachable(IReadOnlyList<OrderReferenceGroup> order)
    {
        var reached = new HashSet<LabelledBuildpack>();
        var open = new Queue<(OrderReference Reference, string? By)>(Of(order).Select(static reference => (reference, (string?)null)));
        var all = new List<LabelledBuildpack>();
        while (open.TryDequeue(out var next))
        {
            LabelledBuildpack buildpack = Find(next.Reference) ?? throw LifecycleErrors.MissingInOrder(image, next.Reference, next.By);
            if (!reached.Add(buildpack)) continue;
            all.Add(buildpack);
            foreach (OrderReference reference in Of(buildpack.Order)) open.Enqueue((reference, buildpack.Reference.ToString()));
        }
        return all;
    }

    /// <summary>An order of which each entry says the version that is meant.</summary>
    public IReadOnlyList<OrderReferenceGroup> WithVersions(IReadOnlyList<OrderReferenceGroup> order) =>
        [.. order.Select(group => new OrderReferenceGroup([.. group.Group.Select(reference => reference with { Version = Find(reference)?.Version ?? reference.Version })]))];

    private static IEnumerable<OrderReference> Of(IEnumerable<OrderReferenceGroup> order) => order.SelectMany(static group => group.Group);

    private static bool IsName(string text) => text is not ("" or "." or "..") && text.AsSpan().IndexOfAny("/\\\0") < 0;
}

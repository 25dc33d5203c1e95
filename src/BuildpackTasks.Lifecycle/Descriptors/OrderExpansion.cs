namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Replaces the composite buildpacks of an order by what they consist of (buildpack specification, "Order Resolution"): depth first
/// and from left to right, each alternative with all that follows it in the group. A pure function.
/// </summary>
public static class OrderExpansion
{
    // Far more than any builder has: those in use make tens of groups with tens of entries.
    private const int MaxGroups = 4096;
    private const int MaxEntries = 1024;
    private const int MaxDepth = 256;
    private const int MaxSteps = 200_000;

    /// <summary>Expands an order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="find">Finds a buildpack by its id and version, of which an empty one is any; null where there is none.</param>
    /// <returns>The groups, in order of preference. One without entries is left out: it cannot pass.</returns>
    /// <exception cref="LifecycleException">
    /// BPT2102: a buildpack follows an API that is not supported. BPT2103: there is no such buildpack. BPT2104: composite buildpacks
    /// ask for each other. BPT2105: there are too many groups or entries. BPT2109: ids of a group differ only in case.
    /// </exception>
    public static IReadOnlyList<ExpandedGroup> Expand(IReadOnlyList<OrderReferenceGroup> order, Func<BuildpackId, string, BuildpackFile?> find)
    {
        var groups = new List<ExpandedGroup>();
        // What is still to be expanded, the first on top: the depth of an order must not become that of the call stack.
        var open = new Stack<Branch>();
        foreach (OrderReferenceGroup group in order.Reverse()) open.Push(new Branch(null, Pending.Before(group, null, [], null)));
        int steps = 0;
        while (open.TryPop(out Branch? branch))
        {
            (Entries? done, Pending? next) = (branch.Done, branch.Next);
            bool replaced = false;
            while (next is not null && !replaced)
            {
                if (++steps > MaxSteps) throw LifecycleErrors.OrderTooLarge($"{MaxSteps} steps");
                Pending item = next;
                next = item.Next;
                // The first of equal ids is meant, whatever the version (reference lifecycle; the specification says nothing).
                if (Entries.Find(done, item.Reference.Id) is { } first)
                {
                    if (first == item.Reference.Id) continue;
                    throw LifecycleErrors.SameIdButForCase(first, item.Reference.Id);
                }
                if (ExecutionEnvironments.Both(item.Environments, item.Reference.ExecutionEnvironments) is not { } environments) continue;

                BuildpackFile buildpack = find(item.Reference.Id, item.Reference.Version) ?? throw LifecycleErrors.NoSuchReference(item.Reference, item.By?.Text);
                buildpack.RequireApi(item.By?.Text);
                if (!buildpack.IsComposite)
                {
                    done = new Entries(new ExpandedEntry(buildpack, item.Reference.Optional) { ExecutionEnvironments = environments }, done);
                    if (done.Count > MaxEntries) throw LifecycleErrors.OrderTooLarge($"{MaxEntries} entries in a group");
                }
                else if (ExecutionEnvironments.Both(environments, buildpack.Descriptor.ExecutionEnvironments) is { } inside)
                {
                    var by = Requester.Of(buildpack, item.By);
                    if (item.Reference.Optional) open.Push(new Branch(done, next));
                    foreach (OrderReferenceGroup alternative in buildpack.Order.Reverse()) open.Push(new Branch(done, Pending.Before(alternative, by, inside, next)));
                    replaced = true;
                }
            }
            if (replaced || done is null) continue;
            if (groups.Count == MaxGroups) throw LifecycleErrors.OrderTooLarge($"{MaxGroups} groups");
            groups.Add(new ExpandedGroup(done.InOrder()));
        }
        return groups;
    }

    /// <summary>A group of which a part is expanded.</summary>
    private sealed record Branch(Entries? Done, Pending? Next);

    /// <summary>What is not expanded yet: branches share their ends.</summary>
    private sealed record Pending(OrderReference Reference, Requester? By, IReadOnlyList<string> Environments, Pending? Next)
    {
        public static Pending? Before(OrderReferenceGroup group, Requester? by, IReadOnlyList<string> environments, Pending? rest) =>
            group.Group.Reverse().Aggregate(rest, (next, reference) => new Pending(reference, by, environments, next));
    }

    /// <summary>A composite buildpack whose order is being expanded, and the one that asked for it.</summary>
    private sealed record Requester(BuildpackDescriptor Buildpack, Requester? By)
    {
        public string Text => $"the composite buildpack {Buildpack}";

        public static Requester Of(BuildpackFile buildpack, Requester? by)
        {
            BuildpackDescriptor descriptor = buildpack.Descriptor;
            var above = new List<BuildpackDescriptor>();
            for (Requester? at = by; at is not null; at = at.By)
            {
                above.Add(at.Buildpack);
                if ((at.Buildpack.Id, at.Buildpack.Version) != (descriptor.Id, descriptor.Version)) continue;
                throw LifecycleErrors.OrderCycle(Enumerable.Reverse(above).Append(descriptor));
            }
            return above.Count < MaxDepth ? new Requester(descriptor, by) : throw LifecycleErrors.OrderTooLarge($"{MaxDepth} levels");
        }
    }

    /// <summary>What is expanded, the last first: branches share their beginnings.</summary>
    private sealed record Entries(ExpandedEntry Last, Entries? Before)
    {
        public int Count { get; } = (Before?.Count ?? 0) + 1;

        // No id is another one's in other case (buildpack specification, "buildpack.toml").
        public static BuildpackId? Find(Entries? entries, BuildpackId id)
        {
            for (Entries? at = entries; at is not null; at = at.Before)
            {
                BuildpackId other = at.Last.Buildpack.Descriptor.Id;
                if (other.ToString().Equals(id.ToString(), StringComparison.OrdinalIgnoreCase)) return other;
            }
            return null;
        }

        public ExpandedEntry[] InOrder()
        {
            var entries = new ExpandedEntry[Count];
            int index = Count;
            for (Entries? at = this; at is not null; at = at.Before) entries[--index] = at.Last;
            return entries;
        }
    }
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Runs detections: those of one group at the same time, and each buildpack once whatever number of groups has it.</summary>
/// <param name="context">What the buildpacks may look at.</param>
/// <param name="cancellationToken">Stops the detections.</param>
internal sealed class DetectionRuns(DetectContext context, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, Task<DetectResult>> runs = new(StringComparer.Ordinal);

    /// <summary>The first coded error that a buildpack raised, in the order in which they are asked; null where none did.</summary>
    public CodedException? FirstError { get; private set; }

    /// <summary>Asks the buildpacks of a group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="candidates">Told of entries that are not in the group for this build.</param>
    public async Task<DetectedBuildpack[]> DetectAsync(OrderGroup group, OrderedDictionary<string, Candidate> candidates)
    {
        IReadOnlyList<OrderEntry> members = Members(group, candidates);
        OrderEntry[] asked = [.. members.Where(FitsRunImage)];
        // Buildpacks that need nothing of the machine look at the app meanwhile.
        Task prepared = Task.WhenAll(asked.Select(entry => entry.Buildpack.PrepareAsync(cancellationToken)));
        foreach (OrderEntry entry in asked)
        {
            string key = entry.Buildpack.Descriptor.ToString();
            // Built-in buildpacks look at files without waiting for anything: on this thread they would go one by one.
            if (!runs.ContainsKey(key)) runs.Add(key, Task.Run(() => entry.Buildpack.DetectAsync(context, cancellationToken), cancellationToken));
        }

        // Whatever one of them throws, what the others use is not taken away before they have ended.
        await ((Task)Task.WhenAll(runs.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await prepared;

        var detected = new List<DetectedBuildpack>();
        foreach (OrderEntry entry in members)
        {
            // One that is optional is not asked either: it would find the wrong system. The specification leaves that open, and the
            // reference lifecycle asks it.
            detected.Add(FitsRunImage(entry)
                ? new DetectedBuildpack(entry, await ResultAsync(entry))
                : new DetectedBuildpack(entry, DetectResult.Fail(TargetRules.Explain(entry.Buildpack.Descriptor, context.RunImage))) { Asked = false });
        }
        return [.. detected];
    }

    /// <summary>The entries without those for other execution environments and without those whose id is there already.</summary>
    private List<OrderEntry> Members(OrderGroup group, OrderedDictionary<string, Candidate> candidates)
    {
        var ids = new HashSet<BuildpackId>();
        var members = new List<OrderEntry>();
        foreach (OrderEntry entry in group.Entries)
        {
            BuildpackDescriptor descriptor = entry.Buildpack.Descriptor;
            if (ids.Contains(descriptor.Id))
            {
                // The first of equal ids is meant, whatever the version (reference lifecycle; the specification says nothing).
                Add(CandidateState.Shadowed, "an earlier entry of the group has the same id");
            }
            else if (OtherEnvironments(entry) is { } others)
            {
                Add(CandidateState.Unsuitable, $"it is for {string.Join(" and ", others)}, and the image is for {context.ExecutionEnvironment}");
            }
            else
            {
                ids.Add(descriptor.Id);
                members.Add(entry);
            }

            void Add(CandidateState state, string reason) => candidates.TryAdd(descriptor.ToString(), new Candidate(descriptor, entry.Optional, state, reason));
        }
        return members;
    }

    /// <summary>The execution environments that an entry or its buildpack is for, where the present one is not among them.</summary>
    private IReadOnlyList<string>? OtherEnvironments(OrderEntry entry) =>
        ((IReadOnlyList<string>[])[entry.ExecutionEnvironments, entry.Buildpack.Descriptor.ExecutionEnvironments])
            .FirstOrDefault(list => !ExecutionEnvironments.Contain(list, context.ExecutionEnvironment));

    private bool FitsRunImage(OrderEntry entry) => TargetRules.Matches(entry.Buildpack.Descriptor, context.RunImage);

    private async Task<DetectResult> ResultAsync(OrderEntry entry)
    {
        try
        {
            return await runs[entry.Buildpack.Descriptor.ToString()];
        }
        catch (CodedException e)
        {
            FirstError ??= e;
            return new DetectResult(DetectOutcome.Errored, $"{e.Code}: {e.Message}", []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DetectResult(DetectOutcome.Errored, e.Message, []);
        }
    }
}

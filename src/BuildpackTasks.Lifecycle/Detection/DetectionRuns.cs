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
    /// <param name="candidates">Told of entries that are not asked.</param>
    public async Task<DetectedBuildpack[]> DetectAsync(OrderGroup group, OrderedDictionary<string, Candidate> candidates)
    {
        var ids = new HashSet<BuildpackId>();
        var asked = new List<OrderEntry>();
        foreach (OrderEntry entry in group.Entries)
        {
            BuildpackDescriptor descriptor = entry.Buildpack.Descriptor;
            // The first of equal ids is meant, whatever the version (reference lifecycle; the specification says nothing).
            if (ids.Add(descriptor.Id)) asked.Add(entry);
            else candidates.TryAdd(descriptor.ToString(), new Candidate(descriptor, entry.Optional, CandidateState.Shadowed, "an earlier entry of the group has the same id"));
        }

        foreach (OrderEntry entry in asked)
        {
            string key = entry.Buildpack.Descriptor.ToString();
            // Built-in buildpacks look at files without waiting for anything: on this thread they would go one by one.
            if (!runs.ContainsKey(key)) runs.Add(key, Task.Run(() => entry.Buildpack.DetectAsync(context, cancellationToken), cancellationToken));
        }

        var detected = new List<DetectedBuildpack>();
        foreach (OrderEntry entry in asked) detected.Add(new DetectedBuildpack(entry, await ResultAsync(entry)));
        return [.. detected];
    }

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

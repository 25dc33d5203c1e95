namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds the buildpacks that apply and the plan that they agree on (platform specification, "detector"). Nothing that it is
/// given can hold credentials: a buildpack that runs in detection has none to see (buildpack specification, "Security
/// Considerations").
/// </summary>
/// <param name="directory">The build's state: <c>group.toml</c> and <c>plan.toml</c> are written there.</param>
public sealed class Detector(ImageDirectory directory)
{
    /// <summary>
    /// Every buildpack that was tried, in order, also when detection failed; where one was in several groups, as of the last.
    /// </summary>
    public IReadOnlyList<Candidate> Candidates { get; private set; } = [];

    /// <summary>Asks the buildpacks of each group, and takes the first group that passes.</summary>
    /// <param name="order">The groups, in order of preference.</param>
    /// <param name="context">What the buildpacks may look at.</param>
    /// <param name="cancellationToken">Stops the detection.</param>
    /// <exception cref="Oci.CodedException">
    /// BPT2010: no group passes; the message says what each buildpack looked for. BPT2011: a buildpack could not tell whether it
    /// applies; where it said why with a code of its own, that error is thrown instead.
    /// </exception>
    public async Task<Detection> DetectAsync(IReadOnlyList<OrderGroup> order, DetectContext context, CancellationToken cancellationToken)
    {
        // What an earlier build detected must not outlive a detection that fails.
        StateFile.Delete(directory.GroupFile);
        StateFile.Delete(directory.PlanFile);

        var runs = new DetectionRuns(context, cancellationToken);
        if (await FirstPassingAsync(order, runs) is not { } resolution)
        {
            throw runs.FirstError ?? (Candidates.Any(static candidate => candidate.State == CandidateState.Errored)
                ? LifecycleErrors.DetectionErrored(context.AppDirectory, Candidates)
                : LifecycleErrors.NothingDetected(context.AppDirectory, Candidates));
        }
        await new GroupFile([.. resolution.Group.Select(static member => GroupMember.Of(member.Descriptor))]).WriteAsync(directory, cancellationToken);
        await new PlanFile(resolution.Plan).WriteAsync(directory, cancellationToken);
        return new Detection([.. resolution.Group.Select(static member => member.Entry.Buildpack)], resolution.Plan, Candidates);
    }

    private async Task<PlanResolution?> FirstPassingAsync(IReadOnlyList<OrderGroup> order, DetectionRuns runs)
    {
        var candidates = new OrderedDictionary<string, Candidate>(StringComparer.Ordinal);
        try
        {
            foreach (OrderGroup group in order)
            {
                DetectedBuildpack[] detected = await runs.DetectAsync(group, candidates);
                PlanResolution resolution = PlanResolver.Resolve(detected);
                foreach (DetectedBuildpack buildpack in detected) candidates[buildpack.Descriptor.ToString()] = Describe(buildpack, resolution);
                if (resolution.Passed) return resolution;
            }
            return null;
        }
        finally
        {
            Candidates = [.. candidates.Values];
        }
    }

    private static Candidate Describe(DetectedBuildpack buildpack, PlanResolution resolution)
    {
        (CandidateState state, string reason) = buildpack.Result.Outcome switch
        {
            _ when !buildpack.Asked => (CandidateState.Unsuitable, buildpack.Result.Reason),
            DetectOutcome.Errored => (CandidateState.Errored, buildpack.Result.Reason),
            DetectOutcome.Failed => (CandidateState.Failed, buildpack.Result.Reason),
            _ when resolution.Group.Contains(buildpack) => (CandidateState.Selected, buildpack.Result.Reason),
            _ => (CandidateState.LeftOut, WhyLeftOut(buildpack, resolution)),
        };
        return new Candidate(buildpack.Descriptor, buildpack.Entry.Optional, state, reason);
    }

    private static string WhyLeftOut(DetectedBuildpack buildpack, PlanResolution resolution)
    {
        string[] problems = [.. resolution.Problems.Where(problem => problem.Buildpack == buildpack).Select(static problem => problem.Explain())];
        return problems.Length > 0 ? string.Join(", and ", problems) : $"it applies ({buildpack.Result.Reason}), but others of its group do not";
    }
}

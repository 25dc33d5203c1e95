namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A buildpack whose answers a test gives.</summary>
/// <param name="id">Its id.</param>
/// <param name="version">Its version.</param>
internal sealed class FakeBuildpack(string id, string version = "1.0.0") : IBuildpack
{
    public BuildpackDescriptor Descriptor { get; init; } = new(BuildpackId.Parse(id), version, "0.12");

    public Func<DetectContext, DetectResult> Detect { get; init; } = static _ => DetectResult.Pass("it always does");

    public Func<BuildContext, BuildResult> Build { get; init; } = static _ => new BuildResult();

    public Func<CancellationToken, Task> Prepare { get; init; } = static _ => Task.CompletedTask;

    public int Detections { get; private set; }

    public Task PrepareAsync(CancellationToken cancellationToken) => Prepare(cancellationToken);

    public Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken)
    {
        Detections++;
        return Task.FromResult(Detect(context));
    }

    public Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken) => Task.FromResult(Build(context));
}

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A buildpack that takes a while to detect, whatever is asked of it.</summary>
/// <param name="id">Its id.</param>
internal sealed class SlowBuildpack(string id) : IBuildpack
{
    public BuildpackDescriptor Descriptor { get; } = new(BuildpackId.Parse(id), "1.0.0", "0.12");

    public bool HasEnded { get; private set; }

    public async Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(500, CancellationToken.None);
        HasEnded = true;
        return DetectResult.Pass("it took its time");
    }

    public Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken) => Task.FromResult(new BuildResult());
}

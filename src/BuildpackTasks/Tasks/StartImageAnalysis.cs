using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// Begins what <see cref="AnalyzeImage"/> will ask for, so that it is there when the compiler is done. It is a hint: whatever it is
/// told that is wrong or set otherwise later, analysis asks and says itself.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class StartImageAnalysis : AnalysisTask
{
    /// <inheritdoc/>
    private protected override bool IsPhase => false;

    /// <inheritdoc/>
    private protected override Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        try
        {
            if (RunImages.IsElsewhere(RunImage, ProjectDirectory)) session.StartAnalysis(Request(Destination()));
        }
        catch (CodedException e)
        {
            Detail(e.Message);
        }
        return Task.CompletedTask;
    }
}

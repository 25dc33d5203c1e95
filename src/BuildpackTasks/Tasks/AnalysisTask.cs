using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>What the tasks share that look for the run image and the image to reuse layers from.</summary>
public abstract class AnalysisTask : DestinationTask
{
    /// <summary><c>RunImage</c>: what to stack on.</summary>
    [Required]
    public string RunImage { get; set; } = "";

    /// <summary><c>ContainerRuntimeIdentifier</c>: what the image runs on.</summary>
    [Required]
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary><c>InvariantGlobalization</c>: whether the app does without ICU.</summary>
    public bool UsesInvariantGlobalization { get; set; }

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary><c>PreviousImage</c>: the image to reuse layers from; empty for the one that will be replaced.</summary>
    public string? PreviousImage { get; set; }

    /// <summary>What is looked for.</summary>
    /// <param name="destination">Where the image goes.</param>
    private protected AnalysisRequest Request(DestinationSettings destination)
    {
        // What cannot be published is not analyzed either: a wrong name is said before anything is fetched.
        ImageReference name = destination.Name();
        var runImage = new RunImageRequest(RunImage, DotNet.RuntimeIdentifier.Parse(RuntimeIdentifier).Platform)
        {
            IncludesIcu = !UsesInvariantGlobalization,
            DebianMirror = DebianMirror.OrNull(),
            DebianKeyring = DebianKeyring.AbsolutePaths(ProjectDirectory),
        };
        return new AnalysisRequest(
            runImage,
            PreviousImage.OrNull() is { } set ? ImageReference.Parse(set) : destination is { IsRegistry: true, Tags: [var tag, ..] } ? name.WithTag(tag) : null);
    }
}

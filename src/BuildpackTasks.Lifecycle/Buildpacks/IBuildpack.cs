namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Something that says whether it applies to an app and contributes layers, slices and processes to its image. Whether it is
/// built in or a program of somebody else's cannot be told from outside.
/// </summary>
public interface IBuildpack
{
    /// <summary>What it says of itself.</summary>
    BuildpackDescriptor Descriptor { get; }

    /// <summary>
    /// Makes ready what detection and build need of the machine. What goes wrong says nothing about whether the buildpack applies, so that
    /// an optional one is not left out for it.
    /// </summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Oci.CodedException">The buildpack cannot run on this machine as it should.</exception>
    Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether the buildpack applies, and what it provides to and requires of the others (buildpack specification, "Detection").</summary>
    /// <param name="context">What it may look at.</param>
    /// <param name="cancellationToken">Stops the detection.</param>
    Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken);

    /// <summary>Contributes to the image (buildpack specification, "Build"). Writes nothing: what it contributes is the result.</summary>
    /// <param name="context">What it may look at.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <exception cref="Oci.CodedException">The buildpack cannot do what it passed detection for.</exception>
    Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken);
}

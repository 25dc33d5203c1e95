using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using NuGet.Versioning;

namespace BuildpackTasks;

/// <summary>Has each buildpack of the group contribute layers, processes and labels. Leaves <c>layers/</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class BuildImage : AppTask
{
    /// <summary><c>ContainerWorkingDirectory</c>: where the app is in the image.</summary>
    [Required]
    public string WorkingDirectory { get; set; } = "";

    /// <summary>Where NuGet has the packages with parts of .NET; metadata <c>Version</c> and <c>PackageDirectory</c>.</summary>
    public ITaskItem[] ResolvedPacks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        LayerCache cache = session.CacheKnowing(PreviousImage.Of(analyzed));
        ResolvedImage runImage = await session.ReopenRunImageAsync(analyzed, cancellationToken);
        var builtIn = new BuiltInBuildpacks(this, PublishedProject(), [.. ResolvedPacks.Select(Resolved)], runImage, cache, Details);

        await new Builder(State).BuildAsync(
            [.. Order(builtIn).Select(static entry => entry.Buildpack)],
            new BuildSettings(AppDirectory, WorkingDirectory, BuildEnvironment)
            {
                IsKnownAsync = async (fingerprint, stop) => await cache.FindAsync(fingerprint, stop) is not null,
            },
            cancellationToken);
    }

    private static ResolvedPack Resolved(ITaskItem item) =>
        new(new RequiredPack(item.ItemSpec, NuGetVersion.Parse(item.GetMetadata("Version"))), item.GetMetadata("PackageDirectory"));
}

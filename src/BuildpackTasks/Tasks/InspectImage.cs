using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildpackTasks;

/// <summary>Says what images hold, and whether they could be rebased.</summary>
[MSBuildMultiThreadableTask]
public sealed class InspectImage : LifecycleTask
{
    /// <summary><c>Image</c>: the images, separated by semicolons: references, or <c>oci:DIR[:TAG]</c> and its like.</summary>
    public string? Image { get; set; }

    /// <summary><c>InspectOutput</c>: the file that gets the answer as JSON, <c>-</c> for the log; empty for none.</summary>
    public string? InspectOutput { get; set; }

    /// <summary><c>InspectPackages</c>: whether the text lists the packages of the operating system, which the JSON always does.</summary>
    public bool ListsPackages { get; set; }

    /// <summary>The SDK's <c>KnownFrameworkReference</c> items: the newest patches that it knows.</summary>
    public ITaskItem[] KnownFrameworks { get; set; } = [];

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary>One item for each platform of each image: its pinned name; metadata as docs/inspect.md lists them.</summary>
    [Output]
    public ITaskItem[] InspectedImage { get; set; } = [];

    /// <inheritdoc/>
    private protected override bool IsPhase => false;

    /// <inheritdoc/>
    private protected override IEnumerable<Lifecycle.ImageDirectory> States => [];

    /// <inheritdoc/>
    private protected override async System.Threading.Tasks.Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = ItemValues.Split(Image);
        if (names.Count == 0) throw TaskErrors.NoImageNamed();
        var items = new List<ITaskItem>();
        foreach (string name in names)
        {
            ImageLocation location = ImageLocation.Parse(name, ProjectDirectory);
            IImageStore store = location.OpenStore(session.Registries, session.Content) ?? throw TaskErrors.ImageNotFound(name);
            Image image = await store.ReadAsync(location.Selector, Lifecycle.BuildpackSources.MachinePlatform, cancellationToken) ?? throw TaskErrors.ImageNotFound(name);
            Say($"{name} {image.Digest} for {image.Config.Platform}");
            items.Add(new TaskItem(location.Pinned(image.Digest), new Dictionary<string, string> { ["Digest"] = image.Digest.ToString(), ["Platform"] = image.Config.Platform.ToString() }));
        }
        InspectedImage = [.. items];
    }
}

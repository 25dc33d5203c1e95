using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A console app that many tests publish, each to another place: built once in a test run, published by one at a time.</summary>
internal static class Greeter
{
    private static readonly SemaphoreSlim Turn = new(1, 1);
    private static readonly Lazy<Task<(SdkProject Project, ImageInLayout Image)>> Built = new(BuildAsync);

    /// <summary>The layout that the first publish has written, on a run image made of Debian packages.</summary>
    public static async Task<string> LayoutAsync() => LayoutOf((await Built.Value).Project);

    /// <summary>The image in that layout.</summary>
    public static async Task<ImageInLayout> ImageAsync() => (await Built.Value).Image;

    /// <summary>Publishes what was built, on Debian packages unless the arguments name another run image.</summary>
    public static async Task<PublishedImage> PublishAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        var (project, _) = await Built.Value.WaitAsync(cancellationToken);
        await Turn.WaitAsync(cancellationToken);
        try
        {
            var published = await project.PublishImageAsync(["--no-build", .. Publishing.OnDebian(), .. arguments], environment, cancellationToken);
            var image = published.Image;
            Assert.IsEmpty(published.Warnings, published.Command.All);
            return image;
        }
        finally
        {
            Turn.Release();
        }
    }

    private static string LayoutOf(SdkProject project) => project.Beside("layout");

    private static async Task<(SdkProject Project, ImageInLayout Image)> BuildAsync()
    {
        var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Name = "Greeter",
            Properties = new Dictionary<string, string> { ["InvariantGlobalization"] = "true" },
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => project.Dispose();
        var (_, image) = await Publishing.ToLayoutAsync(project, CancellationToken.None);
        return (project, image);
    }
}

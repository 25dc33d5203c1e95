namespace BuildpackTasks.Testing;

/// <summary>The layer cache of a test run: nobody else's, and shared by its projects, so that what is downloaded is downloaded once.</summary>
public static class ImageCache
{
    private static readonly Lazy<TemporaryDirectory> Shared = new(Create);

    /// <summary>Its directory, for <c>ImageCacheDirectory</c>.</summary>
    public static string Directory => Shared.Value.Path;

    private static TemporaryDirectory Create()
    {
        var directory = new TemporaryDirectory();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => directory.Dispose();
        return directory;
    }
}

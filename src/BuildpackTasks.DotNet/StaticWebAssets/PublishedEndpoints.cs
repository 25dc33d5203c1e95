using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Makes what <c>MapStaticAssets</c> says of an asset agree with the asset in the image, so that it follows from the content there
/// too, and so that middleware that asks the file system answers the same.
/// </summary>
/// <param name="cache">Remembers the digests of files.</param>
internal sealed class PublishedEndpoints(LayerCache cache)
{
    // A manifest of a thousand assets is a few megabytes. One that is larger than this stays as it is.
    private const long MaxLength = 64 << 20;

    private const string WebRoot = "wwwroot/";

    /// <summary>The manifests of an app with the times of the image; those that are not what they should be are left out.</summary>
    public async Task<IReadOnlyDictionary<string, FileContent>> OfAsync(PublishedApp app, CancellationToken cancellationToken)
    {
        var changed = new SortedDictionary<string, FileContent>(StringComparer.Ordinal);
        HashSet<string> published = [.. app.Paths];
        foreach (string path in app.Paths.Where(static path => !path.Contains('/') && path.EndsWith(EndpointsManifest.Suffix, StringComparison.OrdinalIgnoreCase)))
        {
            var file = new FileInfo(Path.Combine(app.Directory, path));
            // A link may lead to what is not there or not the app's; export says so.
            if (file.LinkTarget is not null || file.Length > MaxLength) continue;
            byte[] manifest = File.ReadAllBytes(file.FullName);

            var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
            foreach (string asset in EndpointsManifest.Assets(manifest)) times[asset] = await TimeAsync(app, published, WebRoot + asset, cancellationToken);
            if (EndpointsManifest.WithTimes(manifest, asset => times[asset]) is { } bytes) changed.Add(path, FileContent.FromBytes(bytes));
        }
        return changed;
    }

    // Only what is published is read, whatever names a manifest has. What is not there has no content to have a time from.
    private async Task<DateTimeOffset> TimeAsync(PublishedApp app, HashSet<string> published, string path, CancellationToken cancellationToken) =>
        published.Contains(path)
            ? ContentTime.Of(await cache.DigestOfAsync(FileContent.FromFile(Path.Combine(app.Directory, path)), cancellationToken))
            : LayerEntry.ConstantTime;
}

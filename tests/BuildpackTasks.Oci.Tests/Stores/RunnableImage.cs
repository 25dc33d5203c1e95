using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>An image that says its greeting when it is run.</summary>
internal static class RunnableImage
{
    public static async Task<Image> CreateAsync(string greeting, string cacheDirectory, CancellationToken cancellationToken)
    {
        var cache = new LayerCache(cacheDirectory, long.MaxValue);
        KnownLayer program = await cache.GetOrCreateAsync(
            LayerContents.Create([LayerEntry.ForFile("bin/busybox", FileContent.FromFile(Tool.Require("busybox")), LayerEntry.ExecutableMode)]), LayerCompression.Balanced, cancellationToken);
        KnownLayer app = await cache.GetOrCreateAsync(
            LayerContents.Create([LayerEntry.ForFile("app/greeting.txt", FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(greeting)))]), LayerCompression.Balanced, cancellationToken);
        return Image.Empty(new Platform("linux", Architecture)).Append(program).Append(app)
            .WithConfig(config => config.WithEntrypoint(["/bin/busybox", "cat", "/app/greeting.txt"], []).WithUser("1654"));
    }

    public static Platform Platform => new("linux", Architecture);

    private static string Architecture => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        var other => other.ToString().ToLowerInvariant(),
    };
}

using System.Diagnostics;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>The cache on file systems that take nothing more: real ones, mounted in a user namespace of their own.</summary>
[TestClass]
public sealed class DiskTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_full_disk_is_an_error_that_names_the_directory_and_the_properties_and_nothing_half_written_stays()
    {
        using var directory = new TemporaryDirectory();
        await using var disk = await MountedDisk.StartAsync(directory.Path, "size=1m", Token);
        byte[] bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("f", FileContent.FromBytes(bytes))]);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => new LayerCache(disk.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token));

        Assert.AreEqual("BPT1013", error.Code);
        Assert.AreEqual($"There is no space left for the layer cache in '{disk.Path}'. Free some, or set ImageCacheDirectory to a directory with more or ImageCacheMaxSize to a smaller size.", error.Message);
        Assert.AreEqual(0, Directory.GetFiles(disk.Path, "*", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    public async Task A_disk_that_can_only_be_read_is_an_error_that_names_the_directory_and_the_property()
    {
        using var directory = new TemporaryDirectory();
        await using var disk = await MountedDisk.StartAsync(directory.Path, "ro", Token);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => new LayerCache(disk.Path, long.MaxValue).GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("f", FileContent.FromBytes([1]))]), LayerCompression.Balanced, Token));

        Assert.AreEqual("BPT1014", error.Code);
        StringAssert.StartsWith(error.Message, $"The layer cache in '{disk.Path}' cannot be written: ");
    }

    private sealed class MountedDisk : IAsyncDisposable
    {
        private readonly Process process;

        private MountedDisk(Process process, string directory)
        {
            this.process = process;
            Path = $"/proc/{process.Id}/root{directory}";
        }

        public string Path { get; }

        public static async Task<MountedDisk> StartAsync(string directory, string options, CancellationToken cancellationToken)
        {
            var start = new ProcessStartInfo(Tool.Require("unshare"), ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o \"$1\" none \"$2\" && echo ready && exec cat", "sh", options, directory])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            var disk = new MountedDisk(Process.Start(start)!, directory);
            Assert.AreEqual("ready", await disk.process.StandardOutput.ReadLineAsync(cancellationToken), "unshare and mount have to work: user namespaces must be allowed");
            return disk;
        }

        public async ValueTask DisposeAsync()
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}

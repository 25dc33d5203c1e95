using System.Runtime.InteropServices;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A limit on the size of files is, to the one who writes, what a full disk is. It counts for the whole process.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FullDiskTests : IDisposable
{
    // SIGXFSZ, which ends a process that writes beyond the limit and has not asked for an error instead.
    private const PosixSignal FileTooLarge = (PosixSignal)25;

    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task No_room_is_an_error_leaves_nothing_behind_and_keeps_what_was_there()
    {
        Image before = TestImages.Create("before"), large = Image.Empty(TestImages.Amd64).Append(TestLayer.OfSize(4 << 20));
        IImageStore[] stores = [new OciLayoutStore(directory.Combine("layout")), new OciArchiveStore(directory.Combine("oci.tar")), new DockerArchiveStore(directory.Combine("docker.tar"), ImageReference.Parse("web"))];
        IImageStore[] places = [new OciLayoutStore(directory.Combine("none")), new OciArchiveStore(directory.Combine("none.tar")), .. stores];
        foreach (IImageStore store in stores) await store.WriteAsync(before, ["1.0"], null, CancellationToken.None);
        string[] files = AllFiles();

        using PosixSignalRegistration survive = PosixSignalRegistration.Create(FileTooLarge, static context => context.Cancel = true);
        await LimitAsync("1048576");
        try
        {
            foreach (IImageStore store in places)
            {
                OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(large, ["1.0"], null, CancellationToken.None));
                Assert.AreEqual("BPT1208", error.Code);
            }
        }
        finally
        {
            await LimitAsync("unlimited");
        }

        CollectionAssert.AreEqual(files, AllFiles());
        foreach (IImageStore store in stores) await TestImages.AssertSameAsync(before, await store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
    }

    private static async Task LimitAsync(string size) =>
        (await Command.RunAsync("prlimit", ["--pid", $"{Environment.ProcessId}", $"--fsize={size}:"])).EnsureSuccess();

    private string[] AllFiles() => [.. Directory.GetFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}

using System.Formats.Tar;
using System.Runtime.Versioning;
using BuildpackTasks.Testing;
using Entry = System.Formats.Tar.TarEntry;

namespace BuildpackTasks.Oci.Tests;

/// <summary>All layers of an image, unpacked over each other.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class ImageUnpackingTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task Upper_layers_replace_hide_and_add_to_lower_ones()
    {
        string tree = await UnpackAsync(
            [Tars.File("etc/a", "lower"), Tars.File("etc/b", "lower"), Tars.File("gone/x", "x"), Tars.File("opaque/x", "x"), Tars.File("opaque/deep/y", "y"), Tars.File("was-file", "x"), Tars.File("was-directory/x", "x")],
            [Tars.File("etc/a", "upper"), Tars.File("etc/.wh.b", ""), Tars.File(".wh.gone", ""), Tars.File("opaque/z", "z"), Tars.File("opaque/.wh..wh..opq", ""), Tars.File("was-file/x", "inside"), Tars.File("was-directory", "file")]);

        Assert.AreEqual("etc/ etc/a=upper opaque/ opaque/z=z was-directory=file was-file/ was-file/x=inside", Listing(tree));
    }

    [TestMethod]
    public async Task A_layer_does_not_hide_what_it_has_itself_whatever_comes_first()
    {
        string tree = await UnpackAsync(
            [Tars.File("d/old", "old"), Tars.File("f", "old")],
            [Tars.File("d/new", "new"), Tars.File("f", "new"), Tars.File(".wh.d", ""), Tars.File(".wh.f", "")]);

        // What is written after a directory was made anew belongs to the layer; what was there before it does not come back.
        StringAssert.Contains(Listing(tree), "d/new=new", StringComparison.Ordinal);
        StringAssert.Contains(Listing(tree), "f=new", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Links_are_kept_as_they_are_and_followed_inside_the_image()
    {
        string tree = await UnpackAsync(
            [Tars.Directory("usr/lib"), Tars.SymbolicLink("lib", "usr/lib"), Tars.SymbolicLink("bin", "/usr/bin"), Tars.SymbolicLink("up", "../../../../usr")],
            [Tars.File("lib/a.so", "a"), Tars.File("bin/sh", "sh"), Tars.File("up/share/x", "x")],
            [Tars.File("lib/.wh.a.so", ""), Tars.File("lib/b.so", "b")]);

        Assert.AreEqual("bin->/usr/bin lib->usr/lib up->../../../../usr usr/ usr/bin/ usr/bin/sh=sh usr/lib/ usr/lib/b.so=b usr/share/ usr/share/x=x", Listing(tree));
    }

    [TestMethod]
    public async Task A_link_that_leads_out_of_the_image_is_not_written_through()
    {
        using var outside = new TemporaryDirectory();
        outside.Write("kept", "kept");

        string tree = await UnpackAsync(
            [Tars.SymbolicLink("evil", outside.Path), Tars.SymbolicLink("file", outside.Combine("kept"))],
            [Tars.File("evil/new", "x"), Tars.File("evil/.wh.kept", ""), Tars.File("evil/.wh..wh..opq", ""), Tars.File("file", "y")]);

        Assert.AreEqual("kept", File.ReadAllText(outside.Combine("kept")));
        Assert.AreEqual(1, Directory.GetFileSystemEntries(outside.Path).Length);
        StringAssert.Contains(Listing(tree), "/new=x", StringComparison.Ordinal);
        StringAssert.Contains(Listing(tree), "file=y", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Hard_links_are_one_file_and_modes_let_who_unpacked_read_and_remove()
    {
        string tree = await UnpackAsync(
        [
            new PaxTarEntry(TarEntryType.RegularFile, "bin/a") { Mode = (UnixFileMode)0b111_101_101_101, DataStream = new MemoryStream([1]) },
            Tars.HardLink("bin/b", "bin/a"),
            new PaxTarEntry(TarEntryType.RegularFile, "secret") { Mode = 0, DataStream = new MemoryStream([1]) },
            new PaxTarEntry(TarEntryType.Directory, "closed/") { Mode = 0 },
        ]);

        Assert.AreEqual("755 755 600 700", string.Join(' ', "bin/a bin/b secret closed".Split(' ').Select(path => Convert.ToString((int)File.GetUnixFileMode(Path.Combine(tree, path)), 8))));
        CommandResult links = await Command.RunAsync("stat", ["--format=%h", Path.Combine(tree, "bin/a")], cancellationToken: Token);
        Assert.AreEqual("2", links.EnsureSuccess().Output.Trim());
    }

    [TestMethod]
    public async Task Devices_and_pipes_are_left_out()
    {
        string tree = await UnpackAsync(
        [
            new PaxTarEntry(TarEntryType.CharacterDevice, "dev/null") { DeviceMajor = 1, DeviceMinor = 3 }, new PaxTarEntry(TarEntryType.Fifo, "pipe"), Tars.File("file", "x"),
        ]);

        Assert.AreEqual("file=x", Listing(tree));
    }

    [TestMethod]
    public async Task What_cannot_be_in_an_image_is_refused_and_nothing_is_left_of_it()
    {
        (Entry[] Entries, string Message)[] cases =
        [
            ([Tars.File("../out", "x")], "its entry '../out' is no path in an image"),
            ([Tars.File("a/../../out", "x")], "its entry 'a/../../out' is no path in an image"),
            ([Tars.HardLink("passwd", "../../etc/passwd")], "is no file of the image"),
            ([Tars.HardLink("a", "none")], "its entry 'a' is a hard link to 'none', which is no file of the image"),
            ([Tars.SymbolicLink("root", "/"), Tars.HardLink("a", "root/etc/passwd")], "its entry 'a' is a hard link to 'root/etc/passwd', which is no file of the image"),
            ([Tars.SymbolicLink("x", "y"), Tars.SymbolicLink("y", "x"), Tars.File("x/z", "")], "its entry 'x/z' is below something that is no directory"),
            ([Tars.File(new string('n', 300), "")], "has a name that is too long"),
        ];
        foreach ((Entry[] entries, string message) in cases)
        {
            RefusedEntryException error = await Assert.ThrowsExactlyAsync<RefusedEntryException>(() => UnpackAsync(entries));
            StringAssert.Contains(error.Message, message, StringComparison.Ordinal);
        }
        Assert.AreEqual(0, Directory.GetFileSystemEntries(directory.Combine("cache", "tmp")).Length);
        Assert.IsFalse(Directory.Exists(directory.Combine("cache", "trees")));
    }

    [TestMethod]
    public async Task More_than_there_may_be_is_refused()
    {
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => UnpackAsync(new UnpackLimits(1 << 20, 3), [.. Enumerable.Range(0, 4).Select(static i => Tars.File($"f{i}", ""))]));
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => UnpackAsync(new UnpackLimits(4096, 100), [Tars.File("zeros", new string('0', 5000))]));
        // Also over several layers.
        await Assert.ThrowsExactlyAsync<InvalidDataException>(() => UnpackAsync(new UnpackLimits(1 << 20, 3), [Tars.File("a", ""), Tars.File("b", "")], [Tars.File("c", ""), Tars.File("d", "")]));
    }

    [TestMethod]
    public async Task An_image_is_unpacked_once_also_when_several_ask_at_once()
    {
        Image image = ImageOf([Tars.File("a", "a")]);
        var cache = new LayerCache(directory.Combine("cache"), 1 << 30);

        string[] trees = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new UnpackedTrees(cache, UnpackLimits.Image).OfImageAsync(image, Token)));

        Assert.AreEqual(1, trees.Distinct().Count());
        Assert.AreEqual("a=a", Listing(trees[0]));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(directory.Combine("cache", "tmp")).Length);
    }

    private Task<string> UnpackAsync(params Entry[][] layers) => UnpackAsync(UnpackLimits.Image, layers);

    private Task<string> UnpackAsync(UnpackLimits limits, params Entry[][] layers) =>
        new UnpackedTrees(new LayerCache(directory.Combine("cache"), 1 << 30), limits).OfImageAsync(ImageOf(layers), Token);

    private static Image ImageOf(params Entry[][] layers) =>
        layers.Aggregate(Image.Empty(new Platform("linux", "amd64")), static (image, entries) => image.Append(new BytesLayer(Tars.Plain(entries))));

    private static string Listing(string tree) => string.Join(' ', List(new DirectoryInfo(tree), ""));

    private static IEnumerable<string> List(DirectoryInfo directory, string prefix) =>
        directory.EnumerateFileSystemInfos().OrderBy(static entry => entry.Name, StringComparer.Ordinal).SelectMany(entry => (IEnumerable<string>)(
            entry.LinkTarget is { } target ? [$"{prefix}{entry.Name}->{target}"]
            : entry is DirectoryInfo inner ? [$"{prefix}{entry.Name}/", .. List(inner, $"{prefix}{entry.Name}/")]
            : [$"{prefix}{entry.Name}={File.ReadAllText(entry.FullName)}"]));
}

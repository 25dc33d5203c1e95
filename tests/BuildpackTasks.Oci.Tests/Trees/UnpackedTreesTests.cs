using System.Formats.Tar;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class UnpackedTreesTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow("--create")]
    [DataRow("--create --gzip")]
    [DataRow("--create --gzip --format=ustar")]
    [DataRow("--create --format=v7")]
    [DataRow("--create --format=gnu")]
    [DataRow("--create --gzip --format=posix")]
    public async Task What_tar_packs_is_unpacked_with_its_links_and_its_programs(string options)
    {
        directory.Write("in/bin/detect", "#!/bin/sh");
        directory.Write("in/docs/read me.txt", "read");
        directory.Write("in/lib/a/deep.txt", "deep");
        await RunAsync("chmod", "700", "in/bin/detect");
        File.CreateSymbolicLink(directory.Combine("in/bin/build"), "../bin/detect");
        File.CreateSymbolicLink(directory.Combine("in/docs/deep"), "../lib/a");
        await RunAsync("ln", "in/docs/read me.txt", "in/docs/same.txt");
        await RunAsync("tar", [.. options.Split(' '), "--file", "in.tar", "--directory", "in", "."]);

        string tree = await Trees().OfFileAsync(directory.Combine("in.tar"), Token);

        Assert.AreEqual(
            """
            755 bin
            link bin/build -> ../bin/detect
            755 bin/detect #!/bin/sh
            755 docs
            link docs/deep -> ../lib/a
            644 docs/read me.txt read
            644 docs/same.txt read
            755 lib
            755 lib/a
            644 lib/a/deep.txt deep
            """,
            Listing(tree));
    }

    [TestMethod]
    public async Task Long_names_are_unpacked_whichever_way_they_are_written()
    {
        string name = string.Join('/', Enumerable.Repeat(new string('n', 90), 5));

        string pax = await Trees().OfFileAsync(directory.Write("pax.tar", Tars.Plain(Tars.File(name, "pax"))), Token);
        string gnu = await Trees().OfFileAsync(directory.Write("gnu.tar", Tars.Plain(Tars.Gnu(name, "gnu"))), Token);

        Assert.AreEqual("pax gnu", $"{File.ReadAllText(Path.Join(pax, name))} {File.ReadAllText(Path.Join(gnu, name))}");
    }

    [TestMethod]
    public async Task An_unchanged_archive_is_not_unpacked_again_and_a_changed_one_is()
    {
        string archive = directory.Write("a.tgz", Tars.Gzip(Tars.File("a", "one")));
        string first = await Trees().OfFileAsync(archive, Token);
        File.WriteAllText(Path.Combine(first, "a"), "kept");

        string again = await Trees().OfFileAsync(archive, Token);
        string elsewhere = await Trees().OfFileAsync(directory.Write("copy.tgz", File.ReadAllBytes(archive)), Token);
        directory.Write("a.tgz", Tars.Gzip(Tars.File("a", "another")));
        string changed = await Trees().OfFileAsync(archive, Token);

        Assert.AreEqual($"{first} {first}", $"{again} {elsewhere}");
        Assert.AreEqual("kept another", $"{File.ReadAllText(Path.Combine(again, "a"))} {File.ReadAllText(Path.Combine(changed, "a"))}");
    }

    [TestMethod]
    public async Task Builds_that_unpack_the_same_at_the_same_time_all_get_it_whole()
    {
        string archive = directory.Write("a.tgz", Tars.Gzip([.. Enumerable.Range(0, 200).Select(static i => Tars.File($"d{i % 7}/f{i}", $"{i}"))]));

        string[] trees = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Trees().OfFileAsync(archive, Token))));

        Assert.AreEqual(1, trees.Distinct().Count());
        Assert.AreEqual(200, Directory.GetFiles(trees[0], "*", SearchOption.AllDirectories).Length);
        Assert.AreEqual(0, Directory.GetFileSystemEntries(directory.Combine("cache/tmp")).Length);
    }

    [TestMethod]
    public async Task What_is_stopped_half_way_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var layer = new StoppingLayer(Tars.Plain([.. Enumerable.Range(0, 50).Select(static i => Tars.File($"l/{i}", new string('x', 100_000)))]), stop);

        await Assert.ThrowsAsync<OperationCanceledException>(() => Trees().OfLayerAsync(layer, "l", stop.Token));

        AssertNothingIsLeft();
    }

    [TestMethod]
    public async Task What_is_left_of_a_tree_that_somebody_removed_by_hand_is_replaced()
    {
        string archive = directory.Write("a.tgz", Tars.Gzip(Tars.File("a", "one"), Tars.File("b", "two")));
        string tree = await Trees().OfFileAsync(archive, Token);
        File.Delete(Path.Combine(Path.GetDirectoryName(tree)!, "used"));
        File.Delete(Path.Combine(tree, "a"));

        string again = await Trees().OfFileAsync(archive, Token);

        Assert.AreEqual("644 a one\n644 b two", Listing(again));
    }

    [TestMethod]
    public async Task Of_a_layer_what_is_below_a_path_is_unpacked_and_the_layer_is_opened_once()
    {
        byte[] tar = Tars.Plain(
            Tars.Directory("/cnb"), Tars.Directory("/cnb/buildpacks"), Tars.File("/cnb/buildpacks/a/1/buildpack.toml", "a"), Tars.HardLink("/cnb/buildpacks/a/1/same", "cnb/buildpacks/a/1/buildpack.toml"),
            Tars.File("/cnb/buildpacks/a/.wh.old", ""), Tars.File("etc/passwd", "root"), Tars.SymbolicLink("etc/out", "/"), Tars.Directory("/cnb/buildpacks"));
        var layer = new BytesLayer(tar);

        string tree = await Trees().OfLayerAsync(layer, "cnb/buildpacks", Token);
        await Trees().OfLayerAsync(layer, "cnb/buildpacks", Token);

        Assert.AreEqual("755 a\n755 a/1\n644 a/1/buildpack.toml a\n644 a/1/same a", Listing(tree));
        Assert.AreEqual(1, layer.Opened);
    }

    [TestMethod]
    public async Task A_layer_that_unpacks_to_something_else_than_its_image_says_is_refused()
    {
        // Compressed, its digest is what its descriptor says, and its diff ID is not that of the tar in it.
        var layer = new BytesLayer(Tars.Gzip(Tars.File("cnb/buildpacks/a", "a")), Digest.Of("another"u8));

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Trees().OfLayerAsync(layer, "cnb/buildpacks", Token));

        Assert.AreEqual($"unpacked it is not {layer.DiffId}, as its image says", error.Message);
        AssertNothingIsLeft();
    }

    [TestMethod]
    public async Task What_is_our_own_is_unpacked_as_it_is()
    {
        var layer = new BytesLayer(Tars.Plain(
            Tars.File("l/README", "x"), Tars.File("l/readme", "y"), Tars.File("l/e\u0301", "z"), Tars.File("l/a\\b", "w"), WithMode("l/quiet", (UnixFileMode)0b110_000_000),
            Tars.SymbolicLink("l/out", "/layers/other/lib")));
        string to = directory.CreateDirectory("to");

        await UnpackedTrees.UnpackAsync(layer, "l", to, new UnpackLimits(1 << 20, 100) { IsOwn = true }, Token);

        Assert.AreEqual("644 README x\n644 a\\b w\n644 e\u0301 z\nlink out -> /layers/other/lib\n600 quiet x\n644 readme y", Listing(to));
    }

    [TestMethod]
    public async Task What_is_our_own_does_not_lead_out_either()
    {
        var layer = new BytesLayer(Tars.Plain(Tars.SymbolicLink("l/a", directory.Path), Tars.File("l/a/x", "x")));

        await Assert.ThrowsExactlyAsync<RefusedEntryException>(() => UnpackedTrees.UnpackAsync(layer, "l", directory.CreateDirectory("to"), new UnpackLimits(1 << 20, 100) { IsOwn = true }, Token));

        Assert.IsFalse(File.Exists(directory.Combine("x")));
    }

    [TestMethod]
    [DynamicData(nameof(Hostile))]
    public async Task A_hostile_entry_is_refused_by_name_and_nothing_is_left(ArchiveCase refused)
    {
        string archive = directory.Write("a.tar", refused.Bytes);
        string outside = directory.Write("outside", "as it was");

        var error = await Assert.ThrowsExactlyAsync<RefusedEntryException>(() => Trees().OfFileAsync(archive, Token));

        Assert.AreEqual(refused.Message, error.Message);
        AssertNothingIsLeft();
        Assert.AreEqual("as it was", File.ReadAllText(outside));
    }

    [TestMethod]
    [DynamicData(nameof(Damaged))]
    public async Task An_archive_that_is_none_or_too_large_is_refused_and_nothing_is_left(ArchiveCase refused)
    {
        string archive = directory.Write("a.tgz", refused.Bytes);

        var error = await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Trees(new UnpackLimits(4 << 20, 100)).OfFileAsync(archive, Token));

        Assert.AreEqual(refused.Message, error.Message);
        AssertNothingIsLeft();
    }

    [TestMethod]
    public async Task An_archive_cut_off_before_its_end_is_refused()
    {
        System.Formats.Tar.TarEntry[] Entries() => [Tars.File("a", new string('a', 1000)), Tars.Directory("d"), Tars.File("d/b", "b")];
        byte[] tar = Tars.Plain(Entries());
        byte[] gzip = Tars.Gzip(Entries());
        // Two blocks of zeros end a tar; what of them and of gzip's own end is missing, nobody misses.
        IEnumerable<byte[]> cuts = Enumerable.Range(1, (tar.Length - 1024) / 256).Select(i => tar[..(i * 256)]).Concat(Enumerable.Range(1, gzip.Length - 24).Select(length => gzip[..length]));
        foreach (byte[] cut in cuts)
        {
            string archive = directory.Write("a.tar", cut);
            await Assert.ThrowsExactlyAsync<InvalidDataException>(() => Trees().OfFileAsync(archive, Token));
        }
        AssertNothingIsLeft();
    }

    public static IEnumerable<object[]> Hostile()
    {
        yield return Case("its entry '/etc/passwd' is an absolute path", Tars.File("/etc/passwd", "x"));
        yield return Case("its entry '../outside' leads out of it", Tars.File("../outside", "x"));
        yield return Case("its entry 'a/../../outside' leads out of it", Tars.File("a/../../outside", "x"));
        yield return Case("its entry 'a/../' leads out of it", Tars.Directory("a/.."));
        yield return Case("its entry 'out' is a link to '/etc', which leads out of it", Tars.SymbolicLink("out", "/etc"));
        yield return Case("its entry 'a/out' is a link to '../../outside', which leads out of it", Tars.SymbolicLink("a/out", "../../outside"));
        // The first link is fine, and the second would be without the first.
        yield return Case("its entry 'm' is a link to 'a/b/l/..', which leads out of it", Tars.Directory("a/b"), Tars.SymbolicLink("a/b/l", "../.."), Tars.SymbolicLink("m", "a/b/l/.."));
        yield return Case("its entry 'a' is a link to 'b', which leads in a circle", Tars.SymbolicLink("a", "b"), Tars.SymbolicLink("b", "a"));
        yield return Case("its entry 'a/x' is there twice, or is below something that is no directory", Tars.SymbolicLink("a", "b"), Tars.File("a/x", "x"), Tars.Directory("b"));
        yield return Case("its entry 'a/x' is there twice, or is below something that is no directory", Tars.File("a", "x"), Tars.File("a/x", "x"));
        yield return Case("its entry 'a' is there twice, or is below something that is no directory", Tars.File("a", "x"), Tars.File("a", "y"));
        yield return Case("its entry 'a' is there twice, or is below something that is no directory", Tars.Directory("a"), Tars.SymbolicLink("a", "b"));
        yield return Case("its entry 'h' is a hard link that leads out of it", Tars.HardLink("h", "../outside"));
        yield return Case("its entry 'h' is a hard link to 'etc/passwd', which is no file before it in the archive", Tars.HardLink("h", "/etc/passwd"));
        yield return Case("its entry 'h' is a hard link to 's', which is no file before it in the archive", Tars.SymbolicLink("s", "f"), Tars.File("f", "x"), Tars.HardLink("h", "s"));
        yield return Case("its entry 'dev' is a device, a pipe or something else that is neither file, directory nor link", new PaxTarEntry(TarEntryType.CharacterDevice, "dev"));
        yield return Case("its entry 'dev' is a device, a pipe or something else that is neither file, directory nor link", new PaxTarEntry(TarEntryType.BlockDevice, "dev"));
        yield return Case("its entry 'pipe' is a device, a pipe or something else that is neither file, directory nor link", new PaxTarEntry(TarEntryType.Fifo, "pipe"));
        yield return Case("its entry 'readme' differs from 'README' only in case", Tars.File("README", "x"), Tars.File("readme", "x"));
        yield return Case("its entry 'Bin/x' differs from 'bin' only in case", Tars.File("bin/x", "x"), Tars.File("Bin/x", "x"));
        yield return Case("its entry 'e\u0301' is written with combining characters, which not every file system keeps as they are", Tars.File("\u00e9", "x"), Tars.File("e\u0301", "x"));
        yield return Case("its entry 'a\\b' has a name that is too long or is none", Tars.File("a\\b", "x"));
        yield return Case("its entry 'a b' has a name that is too long or is none", Tars.File("a\nb", "x"));
        yield return Case($"its entry '{new string('n', 200)}…' has a name that is too long or is none", Tars.File(new string('n', 256), "x"));
        yield return Case($"its entry '{string.Concat(Enumerable.Repeat("dd/", 66))}dd…' has a name that is too long or is none", Tars.File(string.Concat(Enumerable.Repeat("dd/", 400)) + "x", "x"));
        yield return Case("its entry 'su' would run as another user (setuid or setgid)", WithMode("su", (UnixFileMode)0b100_111_101_101));
        yield return Case("its entry 'sg' would run as another user (setuid or setgid)", WithMode("sg", (UnixFileMode)0b010_111_101_101));
        // What the header calls harmless, and an extended header before it does not.
        yield return [new ArchiveCase("its entry '../outside' leads out of it", Patched(Tars.Plain(Tars.File("aa/outside", "x")), "path=aa/", "path=../"))];
        yield return [new ArchiveCase("its entry 'harmless' is a link to '../outside', which leads out of it", Patched(Tars.Plain(Tars.SymbolicLink("harmless", "aa/outside")), "linkpath=aa/", "linkpath=../"))];
        yield return [new ArchiveCase("its entry 'a b' has a name that is too long or is none", Patched(Tars.Plain(Tars.File("a/b", "x")), "path=a/", "path=a\0"))];
        yield return Case("its entry 'sparse' is a device, a pipe or something else that is neither file, directory nor link", new PaxTarEntry(TarEntryType.RegularFile, "sparse", new Dictionary<string, string> { ["GNU.sparse.major"] = "1" }));
    }

    public static IEnumerable<object[]> Damaged()
    {
        yield return [new ArchiveCase("it is not a tar archive, or is damaged", Encoding.UTF8.GetBytes(new string('x', 2000)))];
        yield return [new ArchiveCase("it is cut off", "x"u8.ToArray())];
        yield return [new ArchiveCase("it is empty", Array.Empty<byte>())];
        yield return [new ArchiveCase("it is empty", new byte[1024])];
        yield return [new ArchiveCase("it has more than 4194304 bytes when unpacked", Tars.Gzip(Tars.File("bomb", new string('\0', 5 << 20))))];
        yield return [new ArchiveCase("it has more than 4194304 bytes when unpacked", Tars.Gzip([Tars.File("bomb", new string('\0', 1 << 20)), .. Enumerable.Range(0, 5).Select(static i => Tars.HardLink($"h{i}", "bomb"))]))];
        yield return [new ArchiveCase("it has more than 100 entries", Tars.Gzip([.. Enumerable.Range(0, 101).Select(static i => Tars.File($"nothing{i}", ""))]))];
        yield return [new ArchiveCase("it has more than 100 entries", Tars.Gzip([.. Enumerable.Range(0, 101).Select(static _ => Tars.Directory("again"))]))];
    }

    private static object[] Case(string message, params System.Formats.Tar.TarEntry[] entries) => [new ArchiveCase(message, Tars.Plain(entries))];

    // Records of extended headers are in no checksum.
    private static byte[] Patched(byte[] tar, string text, string other)
    {
        int at = tar.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Encoding.ASCII.GetBytes(other).CopyTo(tar, at);
        return tar;
    }

    private static PaxTarEntry WithMode(string path, UnixFileMode mode) =>
        new(TarEntryType.RegularFile, path) { Mode = mode, DataStream = new MemoryStream("x"u8.ToArray()) };

    public sealed record ArchiveCase(string Message, byte[] Bytes)
    {
        public override string ToString() => Message;
    }

    private void AssertNothingIsLeft()
    {
        string[] left = Directory.Exists(directory.Combine("cache/trees")) ? Directory.GetFileSystemEntries(directory.Combine("cache/trees")) : [];
        string[] temporary = Directory.Exists(directory.Combine("cache/tmp")) ? Directory.GetFileSystemEntries(directory.Combine("cache/tmp")) : [];
        Assert.AreEqual("", string.Join('\n', left.Concat(temporary)));
    }

    private UnpackedTrees Trees(UnpackLimits? limits = null) => new(new LayerCache(directory.Combine("cache"), long.MaxValue), limits ?? UnpackLimits.Default);

    /// <summary>A layer whose reading is stopped in its middle.</summary>
    private sealed class StoppingLayer(byte[] tar, CancellationTokenSource stop) : ILayer
    {
        public Descriptor Descriptor { get; } = new(MediaTypes.OciLayer, Digest.Of(tar), tar.Length);

        public Digest DiffId => Descriptor.Digest;

        public ImageReference? Source => null;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<Stream>(new StoppingStream(new MemoryStream(tar), tar.Length / 2, stop));
    }

    private sealed class StoppingStream(MemoryStream inner, long at, CancellationTokenSource stop) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (inner.Position > at) await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return await inner.ReadAsync(buffer, cancellationToken);
        }
    }

    private async Task RunAsync(string program, params string[] arguments) =>
        Assert.AreEqual(0, (await Command.RunAsync(program, arguments, directory.Path, cancellationToken: Token)).ExitCode);

    private static string Listing(string tree)
    {
        var lines = new List<string>();
        foreach (string path in Directory.EnumerateFileSystemEntries(tree, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, ReturnSpecialDirectories = false }).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(tree, path);
            if (lines.Any(line => line.StartsWith("link ", StringComparison.Ordinal) && name.StartsWith(line.Split(' ')[1] + "/", StringComparison.Ordinal))) continue;
            if (new FileInfo(path).LinkTarget is { } target) lines.Add($"link {name} -> {target}");
            else lines.Add($"{Convert.ToString((int)new FileInfo(path).UnixFileMode, 8)} {name}{(File.Exists(path) ? " " + File.ReadAllText(path) : "")}");
        }
        return string.Join('\n', lines);
    }
}

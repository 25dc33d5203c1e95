using System.Formats.Tar;
using System.IO.Compression;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class LayerBytesTests
{
    private const int ChunkSize = 1024 * 1024;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_same_contents_have_this_fingerprint_and_this_diff_id_on_every_machine()
    {
        LayerContents contents = LayerContents.Create(
        [
            LayerEntry.ForFile("app/web", Bytes(3000), LayerEntry.ExecutableMode),
            LayerEntry.ForFile("app/wwwroot/site.css", Bytes(10)) with { Time = new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero) },
            LayerEntry.ForFile("app/" + new string('n', 120), Bytes(0)) with { UserId = 3_000_000, GroupId = 7 },
            LayerEntry.ForFile("app/ümlaut", Bytes(512)),
            LayerEntry.ForSymbolicLink("app/current", "web"),
            LayerEntry.ForDirectory("tmp", (UnixFileMode)0b1_111_111_111),
        ]);

        using var directory = new TemporaryDirectory();
        KnownLayer layer = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token);

        Assert.AreEqual("sha256:96581446544e22007b0d9bf0ce555fedfabd06c0f038f7829e80f73da3449377", layer.Fingerprint.ToString());
        Assert.AreEqual("sha256:f25dae4b5e521d2ab2d23d00581f883e0927a422787472a2fcc382d70249f220", layer.DiffId.ToString());
    }

    [TestMethod]
    public async Task A_layer_that_is_shared_is_compressed_smaller_and_is_another_layer_with_the_same_diff_id()
    {
        using var directory = new TemporaryDirectory();
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("f", FileContent.FromFile(typeof(TestMethodAttribute).Assembly.Location))]);
        var cache = new LayerCache(directory.Path, long.MaxValue);

        KnownLayer balanced = await cache.GetOrCreateAsync(contents, LayerCompression.Balanced, Token);
        KnownLayer smallest = await cache.GetOrCreateAsync(contents, LayerCompression.Smallest, Token);

        Assert.IsTrue(smallest.Created);
        Assert.AreNotEqual(balanced.Fingerprint, smallest.Fingerprint);
        Assert.AreEqual(balanced.DiffId, smallest.DiffId);
        Assert.IsTrue(smallest.Descriptor.Size < balanced.Descriptor.Size, $"{smallest.Descriptor.Size} against {balanced.Descriptor.Size}");
    }

    [TestMethod]
    public async Task Whatever_decides_a_layers_bytes_decides_its_fingerprint()
    {
        using var directory = new TemporaryDirectory();
        var cache = new LayerCache(directory.Path, long.MaxValue);
        LayerEntry file = LayerEntry.ForFile("a", Bytes(10));
        LayerEntry[][] all =
        [
            [file],
            [file with { Path = "b" }],
            [file with { Mode = LayerEntry.ExecutableMode }],
            [file with { UserId = 1 }],
            [file with { GroupId = 1 }],
            [file with { Time = LayerEntry.ConstantTime.AddSeconds(1) }],
            [file with { Content = Bytes(11) }],
            [LayerEntry.ForDirectory("a")],
            [LayerEntry.ForSymbolicLink("a", "b")],
            [LayerEntry.ForSymbolicLink("a", "c")],
            [file, LayerEntry.ForDirectory("b")],
            [],
        ];

        var fingerprints = new HashSet<Digest>();
        var diffIds = new HashSet<Digest>();
        foreach (LayerEntry[] entries in all)
        {
            KnownLayer layer = await cache.GetOrCreateAsync(LayerContents.Create(entries), LayerCompression.Balanced, Token);
            fingerprints.Add(layer.Fingerprint);
            diffIds.Add(layer.DiffId);
        }

        Assert.HasCount(all.Length, fingerprints);
        Assert.HasCount(all.Length, diffIds);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(511)]
    [DataRow(512)]
    [DataRow(513)]
    [DataRow(ChunkSize - 512 - 1024)]
    [DataRow(ChunkSize - 512 - 1023)]
    [DataRow(ChunkSize - 513)]
    [DataRow(ChunkSize - 512)]
    [DataRow(ChunkSize)]
    [DataRow(3 * ChunkSize + 1)]
    [DataRow(9 * ChunkSize)]
    public async Task Files_of_every_size_are_read_back_and_the_bytes_are_those_of_one_thread(int size)
    {
        using var directory = new TemporaryDirectory();
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("f", Bytes(size))]);

        KnownLayer layer = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token);

        byte[] compressed = await LayerBytes.CompressedAsync(layer, Token);
        byte[] tar = await LayerBytes.TarAsync(layer, Token);
        Assert.AreEqual(Digest.Of(tar), layer.DiffId);
        Assert.AreEqual(Digest.Of(compressed), layer.Descriptor.Digest);
        CollectionAssert.AreEqual(InOneThread(tar), compressed);
        using var reader = new TarReader(new MemoryStream(tar));
        System.Formats.Tar.TarEntry entry = reader.GetNextEntry(copyData: true)!;
        Assert.AreEqual(size, entry.Length);
        var content = new MemoryStream();
        entry.DataStream?.CopyTo(content);
        Assert.AreEqual(Digest.Of(Content(size)), Digest.Of(content.ToArray()));
        Assert.IsNull(reader.GetNextEntry());
    }

    [TestMethod]
    public async Task The_systems_tar_lists_every_entry_as_it_was_meant()
    {
        LayerEntry[] entries =
        [
            LayerEntry.ForDirectory("tmp", (UnixFileMode)0b1_111_111_111),
            LayerEntry.ForFile("setuid", Bytes(5), (UnixFileMode)0b100_111_101_101) with { UserId = 1000, GroupId = 3_000_000 },
            LayerEntry.ForFile("old", Bytes(5)) with { Time = new DateTimeOffset(1969, 12, 31, 0, 0, 0, TimeSpan.Zero) },
            LayerEntry.ForFile("late", Bytes(5)) with { Time = new DateTimeOffset(2300, 1, 1, 0, 0, 0, TimeSpan.Zero) },
            LayerEntry.ForSymbolicLink("link", "../somewhere else"),
            LayerEntry.ForSymbolicLink("long-link", new string('t', 101)),
            LayerEntry.ForSymbolicLink("link-ö", "zieł"),
            .. Names().Select(static name => LayerEntry.ForFile(name, Bytes(7))),
            .. Names().Select(static name => LayerEntry.ForDirectory(name + ".d")),
        ];
        LayerContents contents = LayerContents.Create(entries);
        using var directory = new TemporaryDirectory();
        KnownLayer layer = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token);
        string file = directory.Combine("layer.tar");
        await File.WriteAllBytesAsync(file, await LayerBytes.TarAsync(layer, Token), Token);

        CommandResult listing = await Command.RunAsync(
            "tar", ["--list", "--verbose", "--numeric-owner", "--full-time", "--utc", "--quoting-style=literal", "--file", file],
            environment: [KeyValuePair.Create<string, string?>("LC_ALL", "C.UTF-8")], cancellationToken: Token);

        Assert.AreEqual("", listing.Error);
        CollectionAssert.AreEqual(
            contents.Entries.Select(Listed).ToArray(),
            listing.EnsureSuccess().Output.TrimEnd('\n').Split('\n').Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray());
    }

    [TestMethod]
    public async Task Extended_headers_are_there_only_where_the_fixed_fields_do_not_suffice()
    {
        using var directory = new TemporaryDirectory();
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile(new string('p', 155) + "/" + new string('n', 100), Bytes(1)), LayerEntry.ForFile("x", Bytes(1))]);

        KnownLayer layer = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token);

        byte[] tar = await LayerBytes.TarAsync(layer, Token);
        // The directory's name of 155 characters and a slash does not fit, as nothing can be split off it.
        Assert.AreEqual("x500", string.Concat(TypeFlags(tar)));
    }

    private static IEnumerable<string> Names()
    {
        foreach (int length in new[] { 98, 99, 100, 101 }) yield return new string('a', length);
        foreach (int prefix in new[] { 99, 100, 154, 155, 156 })
        {
            foreach (int name in new[] { 1, 98, 99, 100, 101, 255 }) yield return new string('p', prefix) + "/" + new string('n', name);
        }
        yield return string.Join('/', Enumerable.Repeat("part", 100));
        yield return "ä/ö/ü";
        yield return "日本語" + new string('x', 100);
        yield return "😀";
        yield return "with space and 'quotes'";
        yield return "key=value";
    }

    private static string Listed(LayerEntry entry)
    {
        char type = entry.Type switch { LayerEntryType.Directory => 'd', LayerEntryType.SymbolicLink => 'l', _ => '-' };
        string[] rights = ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"];
        int mode = (int)entry.Mode;
        char[] text = [.. rights[(mode >> 6) & 7], .. rights[(mode >> 3) & 7], .. rights[mode & 7]];
        if (entry.Mode.HasFlag(UnixFileMode.SetUser)) text[2] = 's';
        if (entry.Mode.HasFlag(UnixFileMode.StickyBit)) text[8] = 't';
        string path = entry.Type == LayerEntryType.Directory ? entry.Path + "/" : entry.LinkTarget is { } target ? $"{entry.Path} -> {target}" : entry.Path;
        return $"{type}{new string(text)} {entry.UserId}/{entry.GroupId} {entry.Content?.Length ?? 0} {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss} {path}";
    }

    private static List<char> TypeFlags(byte[] tar)
    {
        var flags = new List<char>();
        for (int block = 0; tar[block] != 0;)
        {
            flags.Add((char)tar[block + 156]);
            int size = Convert.ToInt32(System.Text.Encoding.ASCII.GetString(tar, block + 124, 11), 8);
            block += 512 + (size + 511) / 512 * 512;
        }
        return flags;
    }

    // What the format says, without any parallelism: each chunk of input is a gzip member, with no time and an unknown system.
    private static byte[] InOneThread(byte[] tar)
    {
        var all = new MemoryStream();
        foreach (byte[] chunk in tar.Chunk(ChunkSize))
        {
            long start = all.Position;
            using (var gzip = new GZipStream(all, new ZLibCompressionOptions { CompressionLevel = 5 }, leaveOpen: true)) gzip.Write(chunk);
            byte[] header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
            header.CopyTo(all.GetBuffer(), start);
        }
        return all.ToArray();
    }

    private static FileContent Bytes(int size) => FileContent.FromBytes(Content(size));

    // Compressible, but not the same everywhere.
    private static byte[] Content(int size)
    {
        byte[] bytes = new byte[size];
        uint state = 1;
        for (int i = 0; i < size; i++)
        {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte)(state >> 29);
        }
        return bytes;
    }
}

using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImageFilesTests
{
    private const long MaxBytes = 1000;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_upper_layers_file_counts_and_lower_layers_are_not_opened_for_it()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File("etc/a", "old")));
        var upper = new BytesLayer(Tars.Gzip(Tars.Directory("etc"), Tars.File("etc/a", "new")));

        Assert.AreEqual("etc/a=new", await ReadAsync([lower, upper], "/etc/a"));
        Assert.AreEqual(0, lower.Opened);
    }

    [TestMethod]
    public async Task A_directory_is_all_files_below_it_in_all_layers()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File("var/lib/x/1", "one"), Tars.File("var/lib/x/2", "two"), Tars.File("var/lib/xy", "no")));
        var upper = new BytesLayer(Tars.Gzip(Tars.File("var/lib/x/d/3", "three"), Tars.File("var/lib/x/2", "zwei"), Tars.SymbolicLink("var/lib/x/l", "../xy")));

        Assert.AreEqual("var/lib/x/1=one var/lib/x/2=zwei var/lib/x/d/3=three var/lib/x/l=no", await ReadAsync([lower, upper], "var/lib/x/"));
    }

    [TestMethod]
    public async Task A_whiteout_removes_what_lower_layers_have_and_not_what_its_own_layer_has()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File("etc/a", "1"), Tars.File("etc/b", "2"), Tars.File("etc/c/d", "3")));
        var upper = new BytesLayer(Tars.Gzip(Tars.File("etc/.wh.a", ""), Tars.File("etc/.wh.c", ""), Tars.File("etc/c/e", "4")));

        Assert.AreEqual("etc/b=2 etc/c/e=4", await ReadAsync([lower, upper], "etc"));
        Assert.AreEqual("", await ReadAsync([lower, upper], "etc/a", "etc/c/d"));
    }

    [TestMethod]
    public async Task An_opaque_directory_hides_what_lower_layers_have_in_it_and_ends_the_search()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File("etc/x/a", "1")));
        var upper = new BytesLayer(Tars.Gzip(Tars.Directory("etc/x"), Tars.File("etc/x/.wh..wh..opq", ""), Tars.File("etc/x/b", "2")));

        Assert.AreEqual("etc/x/b=2", await ReadAsync([lower, upper], "etc/x"));
        Assert.AreEqual(0, lower.Opened);
    }

    [TestMethod]
    public async Task A_file_in_place_of_a_directory_hides_all_of_it()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File("etc/x/a", "1")));
        var upper = new BytesLayer(Tars.Gzip(Tars.File("etc/x", "file")));

        Assert.AreEqual("etc/x=file", await ReadAsync([lower, upper], "etc/x/a", "etc/x"));
    }

    [TestMethod]
    public async Task Symbolic_links_are_resolved_inside_the_image_across_layers_and_directories()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.SymbolicLink("lib", "usr/lib"), Tars.File("usr/lib/os-release", "debian"), Tars.SymbolicLink("up", "../../../../usr/./lib/os-release")));
        var upper = new BytesLayer(Tars.Gzip(Tars.SymbolicLink("etc/os-release", "/lib//os-release")));

        Assert.AreEqual("etc/os-release=debian lib/os-release=debian up=debian", await ReadAsync([lower, upper], "etc/os-release", "up", "lib/os-release"));
        Assert.AreEqual(1, lower.Opened);
    }

    [TestMethod]
    public async Task A_link_to_what_came_earlier_in_an_upper_layer_is_read_too()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.SymbolicLink("a", "z")));
        var upper = new BytesLayer(Tars.Gzip(Tars.File("z", "here")));

        Assert.AreEqual("a=here", await ReadAsync([lower, upper], "a"));
    }

    [TestMethod]
    public async Task Links_in_a_circle_are_nothing()
    {
        var layer = new BytesLayer(Tars.Gzip(Tars.SymbolicLink("a", "b"), Tars.SymbolicLink("b", "a"), Tars.SymbolicLink("c", "c/c"), Tars.SymbolicLink("d", ".")));

        Assert.AreEqual("", await ReadAsync([layer], "a", "b/x", "c", "d/d/d"));
    }

    [TestMethod]
    public async Task A_hard_link_has_the_bytes_that_its_own_layer_has_under_the_other_name()
    {
        var lower = new BytesLayer(Tars.Gzip(Tars.File(".a", "old"), Tars.HardLink("b", "./.a"), Tars.HardLink("c", "b")));
        var upper = new BytesLayer(Tars.Gzip(Tars.File(".a", "new")));

        Assert.AreEqual("b=old c=old", await ReadAsync([lower, upper], "b", "c"));
    }

    [TestMethod]
    public async Task Paths_that_climb_are_nowhere()
    {
        var layer = new BytesLayer(Tars.Gzip(Tars.File("../etc/passwd", "hostile"), Tars.File("x/../../etc/passwd", "hostile"), Tars.File("/etc/group", "absolute")));

        Assert.AreEqual("etc/group=absolute", await ReadAsync([layer], "etc/passwd", "etc/group", "../etc/passwd"));
    }

    [TestMethod]
    public async Task Long_names_of_either_kind_are_read()
    {
        string longName = "d/" + new string('n', 300) + "/ä";
        var layer = new BytesLayer(Tars.Plain(Tars.File(longName, "pax"), Tars.Gnu(longName + "2", "gnu")));

        Assert.AreEqual($"{longName}=pax {longName}2=gnu", await ReadAsync([layer], longName, longName + "2"));
    }

    [TestMethod]
    public async Task Plain_gzip_and_zstd_layers_are_told_by_their_bytes()
    {
        byte[] tar = Tars.Plain(Tars.File("a", "1"));

        Assert.AreEqual("a=1", await ReadAsync([new BytesLayer(tar)], "a"));
        Assert.AreEqual("a=1", await ReadAsync([new BytesLayer(await ZstdAsync(tar), Digest.Of(tar))], "a"));
    }

    [TestMethod]
    public async Task A_layer_that_unpacks_to_something_else_than_its_image_says_is_an_error()
    {
        // Its digest is what its descriptor says; the diff ID is that of somebody else's layer.
        var layer = new BytesLayer(Tars.Gzip(Tars.File("a", "1"), Tars.File("b", "2")), Digest.Of(Tars.Plain(Tars.File("a", "theirs"))));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync([layer], "a"));

        Assert.AreEqual(
            $"BPT1018: The layer {layer.Descriptor.Digest} cannot be read: unpacked it is not {layer.DiffId}, as its image says. Use another image or have this one pushed again.",
            $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_zstd_layer_that_was_cut_is_an_error()
    {
        byte[] zstd = await ZstdAsync(Tars.Plain(Tars.File("a", "1")));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync([new BytesLayer(zstd[..^8])], "a"));

        Assert.AreEqual("BPT1018", error.Code);
    }

    [TestMethod]
    public async Task Files_of_more_bytes_than_allowed_are_an_error_before_they_are_read()
    {
        var layer = new BytesLayer(Tars.Gzip(Tars.File("a", new string('x', 999)), Tars.File("b", "12")));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync([layer], "a", "b"));

        Assert.AreEqual("BPT1019", error.Code);
    }

    [TestMethod]
    public async Task A_layer_whose_headers_grow_without_end_is_an_error()
    {
        var headers = new MemoryStream();
        for (int i = 0; i < 40; i++)
        {
            byte[] record = Encoding.ASCII.GetBytes($"65536 key{i:00}={new string('x', 65536 - 13)}\n");
            headers.Write(TarHeader.Encode((byte)'x', "h", "", 0, 0, 0, record.Length, 0));
            headers.Write(record);
        }
        byte[] tar = [.. headers.ToArray(), .. Tars.Plain(Tars.File("a", "1"))];

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync([new BytesLayer(tar)], "a"));

        Assert.AreEqual("BPT1018", error.Code);
    }

    [TestMethod]
    [DataRow(false, DisplayName = "in the header")]
    [DataRow(true, DisplayName = "in an extended header")]
    public async Task A_size_beyond_all_numbers_hides_nothing(bool extended)
    {
        byte[] header = TarHeader.Encode(TarHeader.RegularFile, "a", "", 0b110_100_100, 0, 0, extended ? long.MaxValue : 0, 0);
        if (!extended)
        {
            header[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), long.MaxValue);
            FixChecksums(header);
        }

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync([new BytesLayer([.. header, .. Tars.Plain(Tars.File("b", "content of a"))])], "b"));

        Assert.AreEqual("BPT1018", error.Code);
    }

    [TestMethod]
    public async Task Every_damaged_layer_is_a_coded_error_or_read()
    {
        byte[] tar = Tars.Plain(Tars.Directory("d"), Tars.File("d/a", "1"), Tars.SymbolicLink("l", "d/a"), Tars.File(new string('n', 120), "2"));
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. tar];
            for (int changes = random.Next(1, 4); changes > 0; changes--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 3 == 0) FixChecksums(damaged);
            if (i % 5 == 0) damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                await ReadAsync([new BytesLayer(damaged)], "d", "l");
            }
            catch (OciException e) when (e.Code is "BPT1018" or "BPT1019")
            {
                // What it shall be.
            }
        }
    }

    private static void FixChecksums(byte[] tar)
    {
        for (int block = 0; block + 512 <= tar.Length; block += 512)
        {
            if (!tar.AsSpan(block + 257, 5).SequenceEqual("ustar"u8)) continue;
            tar.AsSpan(block + 148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in tar.AsSpan(block, 512)) sum += value;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0", tar.AsSpan(block + 148));
        }
    }

    private async Task<string> ReadAsync(BytesLayer[] layers, params string[] paths)
    {
        Image image = Image.Empty(new Platform("linux", "amd64"));
        foreach (BytesLayer layer in layers) image = image.Append(layer);
        IReadOnlyDictionary<string, byte[]> files = await Oci.ImageFiles.ReadAsync(image, paths, MaxBytes, Token);
        return string.Join(' ', files.Select(static file => $"{file.Key}={Encoding.UTF8.GetString(file.Value)}"));
    }

    private async Task<byte[]> ZstdAsync(byte[] bytes)
    {
        using Process process = Process.Start(new ProcessStartInfo("zstd", ["-q", "-c", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var packed = new MemoryStream();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(packed, Token);
        await process.StandardInput.BaseStream.WriteAsync(bytes, Token);
        process.StandardInput.Close();
        await reading;
        await process.WaitForExitAsync(Token);
        return packed.ToArray();
    }
}

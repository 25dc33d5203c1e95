using System.Formats.Tar;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class PackageReaderTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    /// <summary>What a package has that it must not have, and what is said of it.</summary>
    public static IEnumerable<object[]> Hostile =>
    [
        [TestPackage.File("../etc/passwd", "x"), "the path '../etc/passwd' leads out of the image"],
        [TestPackage.File("/etc/passwd", "x"), "the path '/etc/passwd' leads out of the image"],
        [TestPackage.File("./usr/../../etc/passwd", "x"), "the path './usr/../../etc/passwd' leads out of the image"],
        [TestPackage.Link("./usr/x", "../../etc/shadow", TarEntryType.HardLink), "the path '../../etc/shadow' leads out of the image"],
        [TestPackage.Link("./usr/x", "./usr/missing", TarEntryType.HardLink), "'usr/x' is neither a file nor a directory nor a link to one"],
        [new PaxTarEntry(TarEntryType.BlockDevice, "./dev/sda"), "'dev/sda' is neither a file nor a directory nor a link to one"],
        [new PaxTarEntry(TarEntryType.Fifo, "./run/pipe"), "'run/pipe' is neither a file nor a directory nor a link to one"],
        [TestPackage.File("./first", "x"), "'first' is there twice"],
    ];

    [TestMethod]
    [DynamicData(nameof(Hostile))]
    public async Task What_an_image_must_not_hold_is_refused(TarEntry entry, string reason)
    {
        byte[] deb = await new TestPackage("hostile", "1") { Entries = [TestPackage.File("./first", "x"), entry] }.ToBytesAsync();

        await AssertRefusedAsync(deb, reason);
    }

    [TestMethod]
    [DataRow(".gz")]
    [DataRow(".xz")]
    [DataRow(".zst")]
    [DataRow("")]
    public async Task Files_modes_and_links_are_read_in_each_compression(string compression)
    {
        byte[] deb = await new TestPackage("plain", "1")
        {
            Compression = compression,
            Entries = [TestPackage.File("./usr/bin/su", "root", (UnixFileMode)0b100_111_101_101), TestPackage.Directory("./srv/", (UnixFileMode)0b011_111_111_000), TestPackage.Link("./usr/bin/s", "su")],
        }.ToBytesAsync();
        using var content = new MemoryStream();

        UnpackedPackage unpacked = await new PackageReader("plain").ReadAsync(new MemoryStream(deb), content, Token);

        Assert.AreEqual("Package: plain\nVersion: 1\nArchitecture: amd64\nMaintainer: Nobody <nobody@test.invalid>\nDescription: a test\n", unpacked.Control);
        Assert.AreSequenceEqual(
            ["usr/bin/su File 755  0+4", "srv Directory 1770  0+0", "usr/bin/s SymbolicLink 644 su 0+0"],
            unpacked.Files.Select(static file => $"{file.Path} {file.Type} {Convert.ToString((int)file.Mode, 8)} {file.LinkTarget} {file.Offset}+{file.Length}"));
        Assert.AreSequenceEqual("root"u8.ToArray(), content.ToArray());
    }

    [TestMethod]
    public async Task A_package_that_is_cut_off_anywhere_is_refused()
    {
        byte[] deb = await new TestPackage("cut", "1") { Entries = [TestPackage.File("./a", "some content")] }.ToBytesAsync();

        for (int length = 0; length < deb.Length - 1; length += 7)
        {
            var error = await Assert.ThrowsExactlyAsync<DebianException>(() => ReadAsync(deb[..length]), $"{length} of {deb.Length} bytes");
            Assert.AreEqual("BPT4030", error.Code, error.Message);
        }
    }

    [TestMethod]
    [DataRow(".xz")]
    [DataRow(".zst")]
    public async Task Damaged_compressed_data_is_reported_with_what_the_program_says(string compression)
    {
        byte[] deb = await new TestPackage("damaged", "1") { Compression = compression, Entries = [TestPackage.File("./a", new string('x', 1000))] }.ToBytesAsync();
        for (int i = deb.Length - 24; i < deb.Length - 8; i++) deb[i] ^= 0x55;

        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => ReadAsync(deb));

        Assert.AreEqual("BPT4019", error.Code, error.Message);
    }

    [TestMethod]
    public async Task A_compression_that_is_not_known_is_refused()
    {
        byte[] deb = await new TestPackage("odd", "1").ToBytesAsync();
        byte[] odd = [.. deb];
        int name = odd.AsSpan().IndexOf("data.tar.gz"u8);
        "data.tar.lz"u8.CopyTo(odd.AsSpan(name));

        await AssertRefusedAsync(odd, "its compression '.lz' is not known");
    }

    private async Task AssertRefusedAsync(byte[] deb, string reason)
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => ReadAsync(deb));
        Assert.AreEqual("BPT4030", error.Code);
        Assert.Contains(reason, error.Message);
    }

    private Task<UnpackedPackage> ReadAsync(byte[] deb) => new PackageReader("a test").ReadAsync(new MemoryStream(deb), Stream.Null, Token);
}

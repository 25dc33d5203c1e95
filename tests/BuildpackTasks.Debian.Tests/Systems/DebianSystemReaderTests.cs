using System.Text;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianSystemReaderTests : IDisposable
{
    private const string Alpine = "ID=alpine\nVERSION_ID=3.22.1\n";

    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    private LayerCache Cache => new(directory.Path, 1L << 30);

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_system_of_dpkg_names_its_packages_by_the_upper_record()
    {
        ILayer[] layers =
        [
            await LayerAsync(
                ("usr/lib/os-release", "ID=debian\nVERSION_ID=\"13\"\n"), ("etc/os-release", "-> ../usr/lib/os-release"), ("lib", "-> usr/lib"),
                ("usr/lib/x86_64-linux-gnu/libc.so.6", "libc"),
                ("var/lib/dpkg/status", "Package: libc6\nStatus: install ok installed\nVersion: 2.40\n")),
            await LayerAsync(("var/lib/dpkg/status", "Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.3\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: libc6\nStatus: install ok installed\nVersion: 2.41-1\nDepends: a,\n b\n")),
            await LayerAsync(("var/lib/dpkg/status.d/fonts-x", "Package: fonts-x\nVersion: 3\n"), ("var/lib/dpkg/status.d/fonts-x.md5sums", "00  x\n")),
        ];

        SystemFacts facts = await new DebianSystemReader(Cache).ReadAsync(layers, "an image", Token);

        Assert.AreEqual("debian 13 glibc dpkg: fonts-x 3, libc6 2.41-1, zlib1g 1:1.3", Text(facts));
    }

    [TestMethod]
    public async Task A_system_of_apk_names_its_packages()
    {
        ILayer layer = await LayerAsync(
            ("etc/os-release", Alpine), ("lib/ld-musl-x86_64.so.1", "musl"), ("lib64/ld-linux-x86-64.so.2", "gcompat's"),
            ("lib/apk/db/installed", "C:Q1abc=\nP:musl\nV:1.2.5-r10\nA:x86_64\np:so:libc.musl-x86_64.so.1=1\nF:lib\nR:ld-musl-x86_64.so.1\n\nC:Q1def=\nP:libssl3\nV:3.5.1-r0\n"));

        SystemFacts facts = await new DebianSystemReader(Cache).ReadAsync([layer], "an image", Token);

        Assert.AreEqual("alpine 3.22.1 musl apk: libssl3 3.5.1-r0, musl 1.2.5-r10", Text(facts));
    }

    [TestMethod]
    [DataRow("lib64/ld-linux-x86-64.so.2", "glibc")]
    [DataRow("lib/ld-linux-aarch64.so.1", "glibc")]
    [DataRow("lib64/libc.so.6", "glibc")]
    [DataRow("lib/ld-musl-aarch64.so.1", "musl")]
    [DataRow("lib/libother.so", null)]
    public async Task The_C_library_is_known_by_its_loader(string path, string? expected)
    {
        SystemFacts facts = await new DebianSystemReader(Cache).ReadAsync([await LayerAsync((path, "x"))], "an image", Token);

        Assert.AreEqual(new SystemFacts(null, null, expected, facts.Packages), facts);
        Assert.IsEmpty(facts.Packages);
    }

    [TestMethod]
    public async Task A_system_whose_packages_cannot_be_read_is_known_without_them()
    {
        ILayer layer = await LayerAsync(("etc/os-release", "ID=\"rhel\"\nVERSION_ID=\"10.1\"\n"), ("lib64/libc.so.6", "libc"), ("var/lib/rpm/rpmdb.sqlite", "SQLite format 3"));

        Assert.AreEqual("rhel 10.1 glibc : ", Text(await new DebianSystemReader(Cache).ReadAsync([layer], "an image", Token)));
        Assert.AreEqual("   : ", Text(await new DebianSystemReader(Cache).ReadAsync([], "scratch", Token)));
    }

    [TestMethod]
    public async Task What_was_read_of_layers_once_is_not_read_again()
    {
        var layer = new CountedLayer(await LayerAsync(("etc/os-release", Alpine)));
        var reader = new DebianSystemReader(Cache);

        SystemFacts[] sideBySide = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => reader.ReadAsync([layer], "an image", Token)));
        SystemFacts later = await new DebianSystemReader(Cache).ReadAsync([layer], "another name", Token);

        Assert.AreEqual(1, layer.Opened);
        Assert.AreEqual("alpine", later.DistributionName);
        Assert.HasCount(8, sideBySide);
    }

    [TestMethod]
    public async Task Who_claims_the_layers_of_others_is_refused_and_changes_nothing_of_what_is_known_of_them()
    {
        ILayer real = await LayerAsync(("etc/os-release", Alpine));
        var claimed = new ClaimedLayer(await LayerAsync(("etc/os-release", "ID=debian\nVERSION_ID=99\n")), real.DiffId);
        var reader = new DebianSystemReader(Cache);

        var error = await Assert.ThrowsExactlyAsync<OciException>(() => reader.ReadAsync([claimed], "a hostile image", Token));
        SystemFacts inTheSameRun = await reader.ReadAsync([real], "an image", Token);
        SystemFacts later = await new DebianSystemReader(Cache).ReadAsync([real], "an image", Token);

        Assert.AreEqual("BPT1018", error.Code);
        Assert.AreEqual("alpine 3.22.1  : ", Text(inTheSameRun));
        Assert.AreEqual("alpine 3.22.1  : ", Text(later));
    }

    [TestMethod]
    [DataRow("var/lib/dpkg/status", "Version: 1\nno field\n", "'/var/lib/dpkg/status' in it cannot be read, for a line has no field name.")]
    [DataRow("var/lib/dpkg/status", "Package: a\nPackage: b\n", "for the field 'Package' is there twice.")]
    [DataRow("var/lib/dpkg/status", "Package: a b\nVersion: 1\n", "for an entry has no name that could be a package's.")]
    [DataRow("var/lib/dpkg/status.d/a", "Package: a\n", "for the package 'a' has no version that could be one.")]
    [DataRow("lib/apk/db/installed", "P:a\u001b[2J\nV:1\n", "for an entry has no name that could be a package's.")]
    [DataRow("lib/apk/db/installed", "P:a\n", "for the package 'a' has no version that could be one.")]
    public async Task A_record_that_nobody_writes_is_an_error(string path, string content, string reason)
    {
        ILayer layer = await LayerAsync((path, content));

        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => new DebianSystemReader(Cache).ReadAsync([layer], "shop/web", Token));

        Assert.AreEqual("BPT4053", error.Code);
        Assert.StartsWith("The packages of 'shop/web' cannot be told: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    public async Task A_record_of_more_packages_than_any_image_has_is_an_error()
    {
        ILayer layer = await LayerAsync(("lib/apk/db/installed", string.Concat(Enumerable.Range(0, 100_001).Select(static i => $"P:p{i}\nV:1\n\n"))));

        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => new DebianSystemReader(Cache).ReadAsync([layer], "shop/web", Token));

        Assert.Contains("it has more packages than any image", error.Message);
    }

    [TestMethod]
    public async Task What_a_system_says_of_itself_writes_over_no_terminal()
    {
        ILayer layer = await LayerAsync(("etc/os-release", "ID=de\u001b[31mbian\nVERSION_ID=1\u0007\n"));

        Assert.AreEqual("de [31mbian 1  : ", Text(await new DebianSystemReader(Cache).ReadAsync([layer], "an image", Token)));
    }

    [TestMethod]
    public void Packages_come_go_and_change_and_are_older_by_the_order_of_their_own_manager()
    {
        var reader = new DebianSystemReader(Cache);

        Assert.AreEqual(
            "added:  to 1; equal: 1 to 1-0; gone: 2 to ; newer: 1.9 to 1.10; older: 1.0 to 1.0~rc1 older",
            Compare(reader, "dpkg", [("gone", "2"), ("newer", "1.9"), ("older", "1.0"), ("same", "1"), ("equal", "1")], [("added", "1"), ("newer", "1.10"), ("older", "1.0~rc1"), ("same", "1"), ("equal", "1-0")]));
        Assert.AreEqual("a: 1.2-r1 to 1.2_rc1-r1 older; b: 1.2_rc1 to 1.2", Compare(reader, "apk", [("a", "1.2-r1"), ("b", "1.2_rc1")], [("a", "1.2_rc1-r1"), ("b", "1.2")]));
        Assert.AreEqual("a: 2 to 1", Compare(reader, null, [("a", "2")], [("a", "1")], "dpkg"), "of different managers nothing is older");
        Assert.AreEqual("", Compare(reader, "dpkg", [("a", "1")], [("a", "1")]));
    }

    private static string Compare(DebianSystemReader reader, string? manager, (string Name, string Version)[] before, (string Name, string Version)[] after, string? managerAfter = null) =>
        string.Join("; ", reader.Compare(Facts(manager, before), Facts(managerAfter ?? manager, after)).Select(static change => $"{change.Name}: {change.Before} to {change.After}{(change.IsOlder ? " older" : "")}"));

    private static SystemFacts Facts(string? manager, (string Name, string Version)[] packages) =>
        new("x", "1", "glibc", [.. packages.Select(static package => new InstalledPackage(package.Name, package.Version))]) { PackageManager = manager };

    private static string Text(SystemFacts facts) =>
        $"{facts.DistributionName} {facts.DistributionVersion} {facts.CLibrary} {facts.PackageManager}: {string.Join(", ", facts.Packages.Select(static package => $"{package.Name} {package.Version}"))}";

    private async Task<ILayer> LayerAsync(params (string Path, string Content)[] files) => await Cache.GetOrCreateAsync(
        LayerContents.Create(files.Select(static file => file.Content.StartsWith("-> ", StringComparison.Ordinal)
            ? LayerEntry.ForSymbolicLink(file.Path, file.Content[3..])
            : LayerEntry.ForFile(file.Path, FileContent.FromBytes(Encoding.UTF8.GetBytes(file.Content))))),
        LayerCompression.Balanced,
        Token);

    /// <summary>A layer that its image says is another one.</summary>
    private sealed class ClaimedLayer(ILayer layer, Digest diffId) : ILayer
    {
        public Descriptor Descriptor => layer.Descriptor;

        public Digest DiffId => diffId;

        public ImageReference? Source => null;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => layer.OpenAsync(cancellationToken);
    }

    private sealed class CountedLayer(ILayer layer) : ILayer
    {
        private int opened;

        public int Opened => opened;

        public Descriptor Descriptor => layer.Descriptor;

        public Digest DiffId => layer.DiffId;

        public ImageReference? Source => null;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref opened);
            return layer.OpenAsync(cancellationToken);
        }
    }
}

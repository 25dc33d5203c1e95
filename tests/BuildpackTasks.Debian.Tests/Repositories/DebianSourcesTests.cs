using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianSourcesTests
{
    private const string Paragraphs = """
        Types: deb deb-src
        # a comment
        URIs: http://mirror.invalid/debian
        Suites: bookworm bookworm-updates
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb
        URIs: http://mirror.invalid/debian-security
        Suites: bookworm-security
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        """;

    private const string Lines = """
        deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] http://mirror.invalid/debian/ bookworm main contrib # a comment
        deb-src http://sources.invalid/debian bookworm main
        deb http://security.invalid/debian-security bookworm-security main
        """;

    /// <summary>File, content, the archive, the security archive.</summary>
    public static IEnumerable<object?[]> Machines =>
    [
        ["paragraphs", "etc/apt/sources.list.d/debian.sources", Paragraphs, "http://mirror.invalid/debian/", "http://mirror.invalid/debian-security/"],
        ["lines", "etc/apt/sources.list", Lines, "http://mirror.invalid/debian/", "http://security.invalid/debian-security/"],
        ["called like the distribution", "etc/apt/sources.list", "deb http://mirror.invalid/debian bookworm main", "http://mirror.invalid/debian/", "http://mirror.invalid/debian/"],
        ["disabled", "etc/apt/sources.list.d/debian.sources", "Enabled: no\n" + Paragraphs.Split("\n\n")[0], null, null],
        ["a vendor's suite called like Debian's", "etc/apt/sources.list", "deb http://vendor.invalid/packages bookworm main", null, null],
        ["a vendor's, with its own key", "etc/apt/sources.list", "deb [signed-by=/etc/apt/keyrings/vendor.gpg] http://vendor.invalid/debian bookworm main", null, null],
        ["a vendor's component", "etc/apt/sources.list", "deb http://vendor.invalid/debian bookworm stable", null, null],
        ["not over HTTP", "etc/apt/sources.list", "deb cdrom:[Debian]/ bookworm main\ndeb file:/srv/debian bookworm main", null, null],
        ["not a sources file", "etc/apt/sources.list.d/debian.sources", "no colon here", null, null],
    ];

    [TestMethod]
    [DynamicData(nameof(Machines))]
    public void Archives_are_found_in_what_apt_is_set_to(string because, string file, string content, string? archive, string? security)
    {
        using var root = new TemporaryDirectory();
        root.Write("etc/os-release", "ID=debian\n");
        root.Write(file, content.ReplaceLineEndings("\n"));
        root.Write("etc/apt/sources.list.d/zzz.list", "deb http://vendor.invalid/node nodistro main");

        DebianSources sources = From(root);

        Assert.AreEqual(archive, sources.Mirrors is [var firstMirrors, ..] ? firstMirrors.ToString() : null, because);
        Assert.AreEqual(security, sources.SecurityMirrors is [var firstSecurityMirrors, ..] ? firstSecurityMirrors.ToString() : null, because);
        Assert.AreEqual("debian", sources.Distribution);
    }

    [TestMethod]
    public void The_keyring_is_the_sources_else_that_of_its_package_else_apts()
    {
        using var root = new TemporaryDirectory();
        string trusted = root.Write("etc/apt/trusted.gpg.d/b.asc", "");
        root.Write("etc/apt/trusted.gpg.d/readme.txt", "");
        Assert.AreSequenceEqual([trusted], From(root).Keyrings);

        string package = root.Write("usr/share/keyrings/debian-archive-keyring.gpg", "");
        Assert.AreSequenceEqual([package], From(root).Keyrings);

        root.Write("etc/apt/sources.list", "deb [signed-by=/keys/debian-archive-other.gpg] http://mirror.invalid/debian bookworm main");
        Assert.AreSequenceEqual([root.Combine("keys", "debian-archive-other.gpg")], From(root).Keyrings);
    }

    [TestMethod]
    public void What_is_set_replaces_what_apt_is_set_to()
    {
        using var root = new TemporaryDirectory();
        root.Write("etc/os-release", "ID=ubuntu\n");
        root.Write("etc/apt/sources.list", Lines);

        DebianSources sources = DebianSources.From(root.Path, " http://a.invalid/debian; https://b.invalid/security/ ", "/keys/one.gpg;/keys/two.asc", static () => null);

        Assert.AreSequenceEqual(["http://a.invalid/debian/"], sources.Mirrors.Select(static uri => uri.ToString()));
        Assert.AreSequenceEqual(["https://b.invalid/security/"], sources.SecurityMirrors.Select(static uri => uri.ToString()));
        Assert.AreSequenceEqual([Path.GetFullPath("/keys/one.gpg"), Path.GetFullPath("/keys/two.asc")], sources.Keyrings);
        Assert.IsNull(sources.Distribution);
    }

    [TestMethod]
    [DataRow("ftp://user:secret@a.invalid/debian", "'a.invalid/debian' is not the address of a mirror")]
    [DataRow("debian", "'debian' is not the address of a mirror")]
    public void What_is_no_mirror_is_refused_without_showing_its_password(string mirror, string part)
    {
        var error = Assert.ThrowsExactly<DebianException>(() => DebianSources.FromMachine(mirror));

        Assert.AreEqual("BPT4010", error.Code);
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain("secret", error.Message);
    }

    [TestMethod]
    [DataRow("ID=ubuntu\n", "This machine is ubuntu and its apt has no mirror of debian.")]
    [DataRow("", "This machine's apt has no mirror of debian.")]
    public async Task A_machine_of_another_distribution_is_told_what_to_set(string osRelease, string part)
    {
        using var root = new TemporaryDirectory();
        root.Write("etc/os-release", osRelease);
        root.Write("etc/apt/sources.list", "deb http://mirror.invalid/ubuntu noble main\ndeb http://mirror.invalid/ubuntu noble-updates main");
        var assembler = new DebianImageAssembler(From(root), new Oci.LayerCache(root.Combine("cache"), long.MaxValue), TimeProvider.System);

        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => assembler.AssembleAsync(
            new DebianRunImageRequest { Name = DebianRunImageName.Parse("debian://trixie"), Platform = new Oci.Platform("linux", "amd64") }, CancellationToken.None));

        Assert.AreEqual("BPT4013", error.Code);
        Assert.StartsWith(part, error.Message);
    }

    [TestMethod]
    [DataRow("Acquire::http::Proxy \"http://proxy.invalid:3128/\";\n", "http://proxy.invalid:3128/")]
    [DataRow("Acquire::http::Proxy \"DIRECT\";\n", null)]
    [DataRow("Acquire::http::Proxy::host.invalid \"http://proxy.invalid:3128/\";\n", null)]
    [DataRow("", null)]
    public void The_proxy_is_read_from_what_apt_says(string output, string? proxy) =>
        Assert.AreEqual(proxy, AptProxy.Parse(output)?.ToString());

    private static DebianSources From(TemporaryDirectory root) => DebianSources.From(root.Path, null, null, static () => null);
}

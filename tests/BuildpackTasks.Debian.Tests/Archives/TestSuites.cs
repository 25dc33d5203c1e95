namespace BuildpackTasks.Debian.Tests;

/// <summary>A suite small enough to read, with what a run image asks for.</summary>
internal static class TestSuites
{
    public static TestPackage BaseFiles { get; } = new("base-files", "13")
    {
        Entries =
        [
            TestPackage.Directory("./"), TestPackage.Directory("./root/", (UnixFileMode)0b111_000_000), TestPackage.Directory("./tmp/", (UnixFileMode)0b001_111_111_111),
            TestPackage.File("./usr/lib/os-release", "ID=debian\nVERSION_ID=\"13\"\nVERSION_CODENAME=test\n"), TestPackage.Link("./etc/os-release", "../usr/lib/os-release"),
        ],
        Fields = "Pre-Depends: awk",
    };

    public static TestPackage LibC { get; } = new("libc6", "2.41")
    {
        Compression = ".xz",
        Entries =
        [
            TestPackage.File("./lib/x86_64-linux-gnu/libc.so.6", "libc", (UnixFileMode)0b111_101_101), TestPackage.Link("./lib64/ld-linux.so.2", "../lib/x86_64-linux-gnu/libc.so.6"),
            TestPackage.Link("./lib/x86_64-linux-gnu/libc.so", "libc.so.6"),
            TestPackage.File("./usr/lib/x86_64-linux-gnu/gconv/UTF-16.so", "left out"), TestPackage.File("./usr/share/doc/libc6/copyright", "free"), TestPackage.File("./usr/share/doc/libc6/NEWS.gz", "left out"),
            TestPackage.File("./usr/bin/su", "setuid", (UnixFileMode)0b110_111_101_101), TestPackage.Link("./usr/bin/su2", "./usr/bin/su", System.Formats.Tar.TarEntryType.HardLink),
        ],
    };

    public static IReadOnlyList<TestPackage> RunImage { get; } =
    [
        BaseFiles,
        LibC,
        new("libgcc-s1", "14") { Fields = "Depends: gcc-14-base (= 14), libc6 (>= 2.35)" },
        new("gcc-14-base", "14") { Architecture = "all" },
        new("libstdc++6", "14") { Fields = "Depends: libc6, libgcc-s1", Compression = ".zst", Entries = [TestPackage.File("./usr/lib/x86_64-linux-gnu/libstdc++.so.6", "libstdc++")] },
        new("libssl3t64", "3.5") { Fields = "Provides: libssl3 (= 3.5)\nDepends: libc6" },
        new("ca-certificates", "1")
        {
            Architecture = "all",
            Fields = "Depends: openssl (>= 1.1.1), debconf (>= 0.5) | debconf-2.0",
            Entries = [TestPackage.File("./usr/share/ca-certificates/mozilla/B.crt", "B"), TestPackage.File("./usr/share/ca-certificates/mozilla/A.crt", "A\n"), TestPackage.File("./usr/sbin/update-ca-certificates", "left out")],
        },
        new("netbase", "6") { Architecture = "all" },
        new("tzdata", "2026a") { Architecture = "all", Entries = [TestPackage.File("./usr/share/zoneinfo/UTC", "UTC")] },
        new("libicu72", "72") { Entries = [TestPackage.File("./usr/lib/libicu72.so", "72")] },
        new("libicu76", "76") { Entries = [TestPackage.File("./usr/lib/libicu76.so", "76")] },
        new("libicu-dev", "76"),
    ];
}

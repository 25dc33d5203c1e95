namespace BuildpackTasks.Debian;

/// <summary>Where a system says what it is and has.</summary>
internal static class SystemPaths
{
    public const string DpkgStatus = "var/lib/dpkg/status";
    public const string DpkgStatusDirectory = "var/lib/dpkg/status.d";

    /// <summary>What the system says of itself; the first that is there counts.</summary>
    public static IReadOnlyList<string> OsRelease { get; } = ["etc/os-release", "usr/lib/os-release"];

    /// <summary>What apk keeps of the packages; the second is where newer versions have it.</summary>
    public static IReadOnlyList<string> ApkDatabase { get; } = ["lib/apk/db/installed", "usr/lib/apk/db/installed"];

    /// <summary>musl's loader, which is musl itself.</summary>
    public static IReadOnlyList<string> Musl { get; } =
        [.. ((string[])["x86_64", "aarch64", "armhf", "arm", "i386", "powerpc64le", "s390x", "riscv64", "loongarch64"]).Select(static name => $"lib/ld-musl-{name}.so.1")];

    /// <summary>glibc itself, in the directory of its architecture or in that of systems that have only one.</summary>
    public static IReadOnlyList<string> GlibC { get; } =
    [
        .. ((string[])["x86_64-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf", "arm-linux-gnueabi", "i386-linux-gnu", "powerpc64le-linux-gnu", "s390x-linux-gnu", "riscv64-linux-gnu", "loongarch64-linux-gnu"])
            .SelectMany(static name => (string[])[$"lib/{name}/libc.so.6", $"usr/lib/{name}/libc.so.6"]),
        "lib64/libc.so.6",
    ];

    /// <summary>glibc's loaders (glibc, <c>shlib-versions</c>). Packages that let programs for glibc run on musl have them too.</summary>
    public static IReadOnlyList<string> GlibCLoaders { get; } =
    [
        "lib64/ld-linux-x86-64.so.2", "lib/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1", "lib/ld-linux-armhf.so.3", "lib/ld-linux.so.3", "lib/ld-linux.so.2",
        "lib64/ld64.so.2", "lib/ld64.so.1", "lib/ld-linux-riscv64-lp64d.so.1", "lib64/ld-linux-loongarch-lp64d.so.1",
    ];

    /// <summary>All that is read of a system.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OsRelease, DpkgStatus, DpkgStatusDirectory, .. ApkDatabase, .. Musl, .. GlibC, .. GlibCLoaders];
}

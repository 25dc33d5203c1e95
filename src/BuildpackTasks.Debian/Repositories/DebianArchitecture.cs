using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Debian's names of what images run on (Debian policy, 11.1).</summary>
internal static class DebianArchitecture
{
    /// <summary>The name, or null where Debian has no such architecture.</summary>
    /// <param name="platform">What the image runs on.</param>
    public static string? TryGetName(Platform platform) => (platform.Os, platform.Architecture, platform.Variant) switch
    {
        ("linux", "amd64", _) => "amd64",
        ("linux", "arm64", _) => "arm64",
        ("linux", "arm", null or "v7" or "v8") => "armhf",
        ("linux", "arm", _) => "armel",
        ("linux", "386", _) => "i386",
        ("linux", "ppc64le", _) => "ppc64el",
        ("linux", "s390x", _) => "s390x",
        ("linux", "riscv64", _) => "riscv64",
        _ => null,
    };
}

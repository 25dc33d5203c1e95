using System.Diagnostics.CodeAnalysis;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>A runtime identifier of .NET, such as <c>linux-x64</c> or <c>linux-musl-arm64</c>.</summary>
public sealed record RuntimeIdentifier
{
    private RuntimeIdentifier(string operatingSystem, bool isMusl, string architecture) =>
        (OperatingSystem, IsMusl, Architecture) = (operatingSystem, isMusl, architecture);

    /// <summary>The operating system as .NET names it: <c>linux</c>, <c>win</c>, <c>osx</c>.</summary>
    public string OperatingSystem { get; }

    /// <summary>Whether programs are linked with musl: Alpine.</summary>
    public bool IsMusl { get; }

    /// <summary>The processor as .NET names it: <c>x64</c>, <c>arm64</c>, <c>arm</c>.</summary>
    public string Architecture { get; }

    /// <summary>What an image for it runs on.</summary>
    /// <exception cref="DotNetException">BPT3004: images have no name for the processor.</exception>
    public Platform Platform => Architecture switch
    {
        "x64" => new Platform(ImageOperatingSystem, "amd64"),
        "x86" => new Platform(ImageOperatingSystem, "386"),
        "arm64" => new Platform(ImageOperatingSystem, "arm64"),
        "arm" => new Platform(ImageOperatingSystem, "arm", "v7"),
        "armel" or "armv6" => new Platform(ImageOperatingSystem, "arm", "v6"),
        "ppc64le" or "s390x" or "riscv64" or "loongarch64" => new Platform(
            ImageOperatingSystem, Architecture == "loongarch64" ? "loong64" : Architecture),
        _ => throw DotNetErrors.BadRuntimeIdentifier(ToString()),
    };

    private string ImageOperatingSystem => OperatingSystem == "win" ? "windows" : OperatingSystem == "osx" ? "darwin" : OperatingSystem;

    /// <summary>Reads an identifier.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="DotNetException">BPT3004: the text is not an identifier of a system and a processor.</exception>
    public static RuntimeIdentifier Parse(string value) => TryParse(value, out RuntimeIdentifier? identifier) ? identifier : throw DotNetErrors.BadRuntimeIdentifier(value);

    /// <summary>Reads an identifier if the text is one.</summary>
    /// <param name="value">The text, or null.</param>
    /// <param name="identifier">The identifier, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? value, [NotNullWhen(true)] out RuntimeIdentifier? identifier)
    {
        identifier = value?.Split('-') switch
        {
            [{ Length: > 0 } system, "musl", { Length: > 0 } architecture] => new RuntimeIdentifier(Name(system), true, architecture),
            [{ Length: > 0 } system, { Length: > 0 } architecture] => new RuntimeIdentifier(Name(system), Name(system) != system && system.StartsWith("alpine", StringComparison.Ordinal), architecture),
            _ => null,
        };
        return identifier is not null;
    }

    /// <summary>The text, such as <c>linux-musl-x64</c>.</summary>
    public override string ToString() => IsMusl ? $"{OperatingSystem}-musl-{Architecture}" : $"{OperatingSystem}-{Architecture}";

    // Identifiers of a distribution or a version ("ubuntu.24.04-x64", "win10-x64") stand for the system that they are one of.
    private static string Name(string system) => system.Split('.')[0] switch
    {
        "linux" or "debian" or "ubuntu" or "alpine" or "rhel" or "fedora" or "centos" or "sles" or "opensuse" or "ol" => "linux",
        var name when name.StartsWith("win", StringComparison.Ordinal) => "win",
        var name => name,
    };
}

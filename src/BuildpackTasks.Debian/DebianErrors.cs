namespace BuildpackTasks.Debian;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static class DebianErrors
{
    /// <summary>The code of a program that is missing: nothing but installing it helps.</summary>
    public const string MissingToolCode = "BPT4018";

    /// <summary>The code of a package that a suite does not have.</summary>
    public const string PackageNotFoundCode = "BPT4002";

    public static DebianException MalformedControl(string where, string reason) =>
        new("BPT4001", $"{where} cannot be read: {reason}. Use another mirror, or try again when this one has been repaired.");

    public static DebianException PackageNotFound(string name, string suite, IReadOnlyList<string> near) =>
        new(PackageNotFoundCode, near.Count == 0
            ? $"The suite '{suite}' has no package '{name}'. Check the name in DebianPackage; only the component main is searched."
            : $"The suite '{suite}' has no package '{name}'. Did you mean {string.Join(", ", near)}?");

    public static DebianException Unsatisfiable(string explanation) =>
        new("BPT4003", $"{explanation}. Leave the package out, or use another suite or run image.");

    public static DebianException ResolutionTooLarge(IEnumerable<string> names) =>
        new("BPT4004", $"No set of packages was found for {string.Join(", ", names)} within the limit of attempts. Ask for fewer packages, or name the alternatives to use as DebianPackage items.");

    public static DebianException NotAMirror(string value) =>
        new("BPT4010", $"'{Without(value)}' is not the address of a mirror. Set DebianMirror to addresses that start with http:// or https://, separated by semicolons.");

    public static DebianException MirrorUnreachable(string uri, string reason, Exception? inner) =>
        new("BPT4011", $"'{uri}' cannot be fetched: {OneLine(reason)}. Check the network, or set DebianMirror to another mirror.", inner);

    public static DebianException WrongContent(string uri, string reason, Exception? inner = null) =>
        new("BPT4012", $"'{uri}' is not what was asked for: {reason}. Try again, or set DebianMirror to another mirror.", inner);

    public static DebianException NoMirror(string distribution, string? machine) =>
        new("BPT4013", machine is null or "unknown"
            ? $"This machine's apt has no mirror of {distribution}. Set DebianMirror to one and DebianKeyring to the file with its keys."
            : $"This machine is {machine} and its apt has no mirror of {distribution}. Set DebianMirror to one and DebianKeyring to the file with its keys.");

    public static DebianException UnknownSuite(string suite, string mirror) =>
        new("BPT4014", $"The mirror '{mirror}' has no suite '{suite}'. Check the name after debian://, such as the code name of a release, or set DebianMirror.");

    public static DebianException MissingSignature(string uri) =>
        new("BPT4015", $"'{uri}' is not signed. Set DebianMirror to a mirror that serves signed suites.");

    public static DebianException BadSignature(string uri, string reason) =>
        new("BPT4016", $"The signature of '{uri}' is not trusted: {reason}. Set DebianKeyring to the file with the archive's keys, or DebianMirror to another mirror.");

    public static DebianException MissingKeyring(string? path) =>
        new("BPT4017", path is null
            ? "There are no keys to verify packages with. Install the package debian-archive-keyring, or set DebianKeyring to the file with the archive's keys."
            : $"The keyring '{path}' cannot be read. Set DebianKeyring to the file with the archive's keys.");

    public static DebianException MissingTool(string tool, string package, Exception? inner = null) =>
        new(MissingToolCode, $"The program '{tool}' is not installed. Install the package {package}.", inner);

    public static DebianException ToolFailed(string tool, string what, string reason) =>
        new("BPT4019", $"{what} cannot be read: {tool} says {OneLine(reason)}. Try again, or set DebianMirror to another mirror.");

    public static DebianException Expired(string uri, DateTimeOffset validUntil) =>
        new("BPT4020", $"'{uri}' was valid until {validUntil.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Check the clock, or set DebianMirror to a mirror that is up to date.");

    public static DebianException WrongSuite(string uri, string asked, string found) =>
        new("BPT4021", $"'{uri}' is of the suite {found} and not of '{asked}'. Set DebianMirror to another mirror.");

    public static DebianException UnsupportedArchitecture(string suite, string platform, IEnumerable<string> has) =>
        new("BPT4022", $"The suite '{suite}' has no packages for {platform}. It has {string.Join(", ", has)}: set ContainerRuntimeIdentifier to one of them.");

    public static DebianException MissingFromMirror(string uri) =>
        new("BPT4023", $"The mirror does not have '{uri}', which its signed index lists. Try again when the mirror has been updated, or set DebianMirror to another.");

    public static DebianException MalformedPackage(string package, string reason, Exception? inner = null) =>
        new("BPT4030", $"The package '{package}' cannot be unpacked: {OneLine(reason)}. Try again, or set DebianMirror to another mirror.", inner);

    public static DebianException SamePath(string path, string first, string second) =>
        new("BPT4031", $"The packages '{first}' and '{second}' both have '{path}'. Leave one of them out.");

    public static DebianException NotARunImageName(string value) =>
        new("BPT4040", $"'{value}' is not a run image of Debian packages. Write debian:// and a suite, such as debian://stable.");

    public static DebianException NotAPackageName(string value) =>
        new("BPT4041", $"'{value}' is not the name of a package: it holds lower-case letters, digits, '+', '-' and '.'. Correct the DebianPackage item.");

    public static DebianException NotADebianImage(string image, string? system, bool hasSuite) =>
        new("BPT4042", system is "debian" or "ubuntu"
            ? $"Packages cannot be added to the run image '{image}': it does not say {(hasSuite ? "which packages it has" : "of which suite it is")}. Use another run image, such as debian://stable, or remove the DebianPackage items."
            : $"Packages cannot be added to the run image '{image}': it is made of {OneLine(system ?? "no distribution")} and not of Debian or Ubuntu. Use another run image, such as debian://stable, or remove the DebianPackage items.");

    public static DebianException PackageGone(string image, DebianException notFound) =>
        new("BPT4050", $"The layer debian-packages of '{image}' cannot be brought up to date: {notFound.Message.Split(". ")[0].TrimEnd('.')} any more. Build the image again without the package, or take DebianPackages out of RebaseLayers.", notFound);

    public static DebianException OlderPackages(string image, string packages) =>
        new("BPT4051", $"The packages in the layer debian-packages of '{image}' are newer than the suite's: the image has {packages}. Set DebianMirror to a mirror that is up to date, take DebianPackages out of RebaseLayers, or set ForceRebase to true.");

    public static DebianException CannotUpdateOn(string image, string? system, bool hasSuite) =>
        new("BPT4052", $"The layer debian-packages of '{image}' cannot be brought up to date: the run image below it {(system is not ("debian" or "ubuntu")
            ? $"is made of {Printable(system ?? "no distribution")} and not of Debian or Ubuntu"
            : $"does not say {(hasSuite ? "which packages it has" : "of which suite it is")}")}. Set RunImage to another, or take DebianPackages out of RebaseLayers.");

    public static DebianException MalformedRecord(string image, string path, string reason, Exception? inner = null) =>
        new("BPT4053", $"The packages of '{image}' cannot be told: '/{Printable(path)}' in it cannot be read, for {Printable(reason)}. Use another image, or take RunImage and DebianPackages out of RebaseLayers.", inner);

    public static DebianException MalformedPackagesNote(string image) =>
        new("BPT4054", $"The layer debian-packages of '{image}' cannot be brought up to date, for its metadata is not what a build writes. Build the image again, or take DebianPackages out of RebaseLayers.");

    // What strangers' images say must not write over a terminal.
    private static string Printable(string text) => string.Concat((text.Length > 200 ? text[..200] : text).Select(static letter => char.IsControl(letter) ? '?' : letter));

    // A secret may stand between the scheme and the host.
    private static string Without(string address) =>
        address.LastIndexOf('@') is > 0 and int at ? address[(at + 1)..] : address;

    private static string OneLine(string text) => text.Split('\n')[0].Trim().TrimEnd('.');
}

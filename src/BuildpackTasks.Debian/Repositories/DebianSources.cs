namespace BuildpackTasks.Debian;

/// <summary>
/// Where packages come from and whose signature is trusted. What is not set is what the build machine's own apt is set to, with
/// the suite that is asked for in place of its own.
/// </summary>
public sealed record DebianSources
{
    private const string DebianKeyring = "usr/share/keyrings/debian-archive-keyring.gpg";
    private const string AptKeyrings = "etc/apt/trusted.gpg.d";

    private static readonly string[] PocketSuffixes = ["-updates", "-security", "-backports", "-backports-sloppy", "-proposed", "-proposed-updates"];

    private DebianSources()
    {
    }

    /// <summary>The archives, the first for the suite and its updates; each ends in a slash. Empty where none is known.</summary>
    internal IReadOnlyList<Uri> Mirrors { get; private init; } = [];

    /// <summary>The archives that may have the security pocket, in the order in which they are asked.</summary>
    internal IReadOnlyList<Uri> SecurityMirrors { get; private init; } = [];

    /// <summary>The keyrings, as absolute paths.</summary>
    internal IReadOnlyList<string> Keyrings { get; private init; } = [];

    /// <summary>Which distribution the mirrors serve, such as <c>debian</c>; null where somebody set them and knows.</summary>
    internal string? Distribution { get; private init; }

    /// <summary>The proxy that apt uses, or null for the environment's.</summary>
    internal Uri? Proxy { get; private init; }

    /// <summary>What the build machine's apt is set to, or what is set in its place.</summary>
    /// <param name="mirrors">
    /// <c>DebianMirror</c>: addresses of archives, separated by semicolons or blanks, the first the one of the suite itself. Null
    /// or empty for the machine's.
    /// </param>
    /// <param name="keyrings"><c>DebianKeyring</c>: files, separated by semicolons. Null or empty for the machine's.</param>
    /// <exception cref="DebianException">BPT4010: an address is not one that packages can be fetched from.</exception>
    public static DebianSources FromMachine(string? mirrors = null, string? keyrings = null) =>
        From(OperatingSystem.IsWindows() ? Path.GetPathRoot(Environment.SystemDirectory)! : "/", mirrors, keyrings, AptProxy.Find);

    /// <summary>The same for a machine whose files are below another root.</summary>
    internal static DebianSources From(string root, string? mirrors, string? keyrings, Func<Uri?> proxy)
    {
        string? distribution = OsRelease.TryRead(Path.Combine(root, "etc/os-release"))?.Id;
        IReadOnlyList<AptSource> all = AptSourceFiles.Read(Path.Combine(root, "etc/apt"));
        AptSource[] own = [.. all.Where(source => source.Components.Contains("main") && !IsSomebodyElses(source))];
        AptSource[] archives = [.. own
            .Where(static source => !HasSuffix(source.Suite))
            .Select(source => (source, Evidence: Evidence(source, own, distribution)))
            .Where(static one => one.Evidence > 0)
            .OrderByDescending(static one => one.Evidence)
            .Select(static one => one.source)];
        Uri[] set = [.. ParseMirrors(mirrors)];
        string[] setKeyrings = [.. (keyrings ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath)];
        Uri[] archiveUris = [.. archives.Select(static source => source.Uri).Distinct()];
        Uri[] securityUris = [.. own.Where(static source => source.Suite.EndsWith("-security", StringComparison.Ordinal)).Select(static source => source.Uri).Distinct()];
        return new DebianSources
        {
            Mirrors = set.Length > 0 ? set[..1] : archiveUris.Length > 0 ? archiveUris[..1] : [],
            SecurityMirrors = set.Length > 1 ? set[1..] : set.Length == 1 ? set : securityUris.Length > 0 ? securityUris : archiveUris,
            Keyrings = setKeyrings.Length > 0 ? setKeyrings : MachineKeyrings(root, archives),
            Distribution = set.Length > 0 ? null : distribution ?? "unknown",
            Proxy = proxy(),
        };
    }

    private static IEnumerable<Uri> ParseMirrors(string? mirrors)
    {
        foreach (string mirror in (mirrors ?? "").Split([';', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
            yield return AptSourceFiles.ToDirectory(mirror) ?? throw DebianErrors.NotAMirror(mirror);
    }

    // A key of a vendor's own says that the archive is the vendor's.
    private static bool IsSomebodyElses(AptSource source) =>
        source.SignedBy.Count > 0 && !source.SignedBy.Any(static file => Path.GetFileName(file).Contains("-archive", StringComparison.Ordinal));

    // Vendors name their suites after the distribution's too; what tells the distribution itself is that it has pockets, is
    // signed by the archive's keys, or is called like the distribution.
    private static int Evidence(AptSource source, AptSource[] all, string? distribution) =>
        all.Any(other => other.Suite == source.Suite + "-updates" && other.Uri == source.Uri) ? 3
        : source.SignedBy.Count > 0 ? 2
        : distribution is not null && source.Uri.Segments[^1].Trim('/') == distribution ? 1
        : 0;

    private static bool HasSuffix(string suite) =>
        suite.EndsWith('/') || PocketSuffixes.Any(suffix => suite.EndsWith(suffix, StringComparison.Ordinal));

    private static string[] MachineKeyrings(string root, AptSource[] archives)
    {
        string[] named = [.. archives.Take(1).SelectMany(static source => source.SignedBy).Select(path => Path.Combine(root, path.TrimStart('/')))];
        if (named.Length > 0) return named;
        string debian = Path.Combine(root, DebianKeyring);
        if (File.Exists(debian)) return [debian];
        string trusted = Path.Combine(root, AptKeyrings);
        return Directory.Exists(trusted)
            ? [.. Directory.EnumerateFiles(trusted).Where(static file => Path.GetExtension(file) is ".gpg" or ".asc").Order(StringComparer.Ordinal)]
            : [];
    }
}

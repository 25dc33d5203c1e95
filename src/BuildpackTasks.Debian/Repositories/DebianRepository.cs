using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>A suite, for one question: which packages meet what is wanted, and what they hold.</summary>
internal sealed class DebianRepository : IDisposable
{
    // Counts up whenever the same question to the same suite is answered otherwise than before.
    private const int ResolutionVersion = 2;

    private readonly MirrorClient mirror;
    private readonly LayerCache cache;
    private readonly SuiteReader reader;
    private readonly IProgress<string>? progress;
    private readonly string suite;
    private readonly Platform platform;

    public DebianRepository(DebianSources sources, string distribution, string suite, Platform platform, LayerCache cache, TimeProvider time, IProgress<string>? progress)
    {
        if (sources.Mirrors.Count == 0 || (sources.Distribution is { } machine && machine != distribution)) throw DebianErrors.NoMirror(distribution, sources.Distribution);
        this.suite = suite;
        this.platform = platform;
        this.cache = cache;
        this.progress = progress;
        mirror = new MirrorClient(sources.Proxy);
        reader = new SuiteReader(sources, mirror, cache, time);
        Packages = new PackageStore(mirror, cache);
    }

    /// <summary>What the packages hold.</summary>
    public PackageStore Packages { get; }

    /// <summary>The suite and its pockets as the mirror has them now.</summary>
    /// <param name="cancellationToken">Stops the requests.</param>
    public Task<IReadOnlyList<Pocket>> OpenAsync(CancellationToken cancellationToken) => reader.OpenAsync(suite, cancellationToken);

    /// <summary>The packages that meet what is wanted, sorted by name. The same question to an unchanged suite reads no index.</summary>
    /// <param name="pockets">The suite and its pockets.</param>
    /// <param name="wanted">What is wanted, once the suite's names are known.</param>
    /// <param name="question">What tells this question from others.</param>
    /// <param name="present">The packages that the image has already.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DebianException">BPT4001 to BPT4023: there is no answer, or it cannot be had.</exception>
    public async Task<IReadOnlyList<ResolvedPackage>> ResolveAsync(
        IReadOnlyList<Pocket> pockets, Func<PackageIndex, IReadOnlyList<DependencyClause>> wanted, string question, IReadOnlyList<Package> present, CancellationToken cancellationToken)
    {
        string architecture = DebianArchitecture.TryGetName(platform) ?? throw DebianErrors.UnsupportedArchitecture(suite, platform.ToString(), pockets[0].Release.Architectures);
        Digest key = KeyOf(pockets, architecture, question, present);
        if (Resolution.TryParse(await cache.Records.TryReadAsync(key, Resolution.MaxLength, cancellationToken)) is { } remembered)
            return [.. remembered.Packages.Select(package => package.ToPackage(pockets.Select(static pocket => pocket.Mirror)))];

        progress?.Report($"Reading the package lists of {suite}");
        PackageIndex index = await reader.ReadIndexAsync(pockets, architecture, cancellationToken);
        IReadOnlyList<Package> found = new Resolver(index, suite).Resolve(wanted(index), present);
        ResolvedPackage[] packages = [.. found.Select(ResolvedPackage.From)];
        await cache.Records.WriteAsync(key, new Resolution([.. packages.Select(RememberedPackage.From)]).ToBytes(), cancellationToken);
        return packages;
    }

    /// <inheritdoc/>
    public void Dispose() => mirror.Dispose();

    private static Digest KeyOf(IReadOnlyList<Pocket> pockets, string architecture, string question, IReadOnlyList<Package> present)
    {
        var key = new StringBuilder($"debian resolution {ResolutionVersion}\n{architecture}\n{question}\n");
        foreach (Pocket pocket in pockets) key.Append($"{pocket.Mirror}\n{pocket.Suite}\n{pocket.Digest}\n");
        foreach (Package package in present.OrderBy(static package => package.Name, StringComparer.Ordinal)) key.Append($"{package.Name}={package.Version}\n");
        return Digest.Of(Encoding.UTF8.GetBytes(key.ToString()));
    }
}

using System.Text;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What layers say of the system in them: read once, and remembered by what the layers hold.</summary>
internal sealed class SystemRecord
{
    /// <summary>Debian's package manager, and Alpine's.</summary>
    public const string Dpkg = "dpkg", Apk = "apk";

    private const long MaxLength = 64 << 20;
    private const int MaxRecordLength = 32 << 20;
    private const string What = "The record of an image's packages";

    private readonly IReadOnlyList<ControlParagraph> packages;

    private SystemRecord(IReadOnlyList<ControlParagraph> paragraphs)
    {
        ControlParagraph system = paragraphs[0];
        System = new OsRelease(system["Id"], system["Version-Id"], system["Codename"]);
        CLibrary = system["C-Library"];
        PackageManager = system["Package-Manager"];
        packages = [.. paragraphs.Skip(1)];
    }

    /// <summary>Its os-release.</summary>
    public OsRelease System { get; }

    /// <summary>Its C library, <c>glibc</c> or <c>musl</c>, or null.</summary>
    public string? CLibrary { get; }

    /// <summary>Whose records it has, or null.</summary>
    public string? PackageManager { get; }

    /// <summary>Its packages, by name; empty where it keeps no record of them, or none that can be read.</summary>
    public IReadOnlyList<InstalledPackage> Installed => [.. packages.Select(static package => new InstalledPackage(package["Package"]!, package["Version"]!)).OrderBy(static package => package.Name, StringComparer.Ordinal)];

    /// <summary>Its packages with what they provide and cannot be with; empty where dpkg keeps none.</summary>
    /// <param name="image">What messages call the image.</param>
    /// <exception cref="DebianException">BPT4053: a record is malformed.</exception>
    public IReadOnlyList<Package> DebianPackages(string image)
    {
        if (PackageManager != Dpkg) return [];
        try
        {
            return [.. packages.Select(Package.FromControl)];
        }
        catch (DebianException e)
        {
            throw DebianErrors.MalformedRecord(image, SystemPaths.DpkgStatus, "an entry of it is not one that dpkg writes", e);
        }
    }

    /// <summary>What tells readings apart that images of one run share: also how the layers are stored, so that what one image claims fails for that one alone.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    public static string KeyOf(IReadOnlyList<ILayer> layers) => string.Join('\n', layers.Select(static layer => $"{layer.DiffId} {layer.Descriptor}"));

    /// <summary>Reads what layers say. The same layers are read once.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="cache">Where what was read is remembered.</param>
    /// <param name="image">What messages call the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4053: a record is malformed.</exception>
    /// <exception cref="OciException">A layer cannot be read, or is not the one of its diff ID.</exception>
    public static async Task<SystemRecord> ReadAsync(IReadOnlyList<ILayer> layers, LayerCache cache, string image, CancellationToken cancellationToken)
    {
        // What is remembered was read out of layers whose diff IDs were verified: whoever only claims them is refused.
        Digest key = Digest.Of(Encoding.UTF8.GetBytes($"system record 2\n{string.Join('\n', layers.Select(static layer => layer.DiffId))}"));
        byte[]? record = await cache.Records.TryReadAsync(key, MaxRecordLength, cancellationToken);
        if (record is null)
        {
            IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(layers, SystemPaths.All, MaxLength, cancellationToken);
            record = Encoding.UTF8.GetBytes(new SystemRecordWriter(files, image).Write());
            await cache.Records.WriteAsync(key, record, cancellationToken);
        }
        return new SystemRecord(ControlParagraph.ParseAll(record, What));
    }
}

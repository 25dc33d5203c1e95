using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Tells what system layers hold: the distribution, the C library, and the packages that dpkg or apk keeps record of, also where
/// an image has the records without the program. Records of rpm are not read: such a system is known without its packages.
/// </summary>
/// <param name="cache">Where what was read of layers is remembered.</param>
public sealed class DebianSystemReader(LayerCache cache) : ISystemReader
{
    private readonly SharedWork<string, SystemRecord> records = new();

    /// <inheritdoc/>
    /// <exception cref="DebianException">BPT4053: a record is malformed.</exception>
    /// <exception cref="OciException">A layer cannot be had or is not one.</exception>
    public async Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken)
    {
        SystemRecord record = await records.GetAsync(
            SystemRecord.KeyOf(layers),
            token => SystemRecord.ReadAsync(layers, cache, name, token),
            cancellationToken);
        return new SystemFacts(record.System.Id, record.System.VersionId, record.CLibrary, record.Installed) { PackageManager = record.PackageManager };
    }

    /// <inheritdoc/>
    public IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after)
    {
        Func<string, string, bool> isOlder = before.PackageManager != after.PackageManager ? static (_, _) => false
            : before.PackageManager == SystemRecord.Apk ? static (old, replacement) => ApkVersion.Compare(replacement, old) < 0
            : PackageChanges.IsOlder;
        return PackageChanges.Between(
            before.Packages.DistinctBy(static package => package.Name).ToDictionary(static package => package.Name, static package => package.Version, StringComparer.Ordinal),
            after.Packages.DistinctBy(static package => package.Name).ToDictionary(static package => package.Name, static package => package.Version, StringComparer.Ordinal),
            isOlder);
    }
}

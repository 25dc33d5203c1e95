using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What an image says of its system and of the packages it has.</summary>
/// <param name="System">Its os-release.</param>
/// <param name="Packages">Its packages; empty where it keeps no record of them.</param>
internal sealed record ImagePackages(OsRelease System, IReadOnlyList<Package> Packages)
{
    private const string Status = "var/lib/dpkg/status";
    private const string StatusDirectory = "var/lib/dpkg/status.d";
    private const long MaxLength = 64 << 20;
    private const int MaxRecordLength = 32 << 20;
    private static readonly string[] RelevantFields = ["Package", "Version", "Architecture", "Provides", "Conflicts", "Breaks"];

    /// <summary>Reads an image. The same layers are read once.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cache">Where what was read is remembered.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4001: a record is malformed.</exception>
    /// <exception cref="OciException">A layer cannot be read.</exception>
    public static async Task<ImagePackages> ReadAsync(Image image, LayerCache cache, CancellationToken cancellationToken)
    {
        Digest key = Digest.Of(Encoding.UTF8.GetBytes($"debian image packages 1\n{string.Join('\n', image.Config.DiffIds)}"));
        byte[]? record = await cache.Records.TryReadAsync(key, MaxRecordLength, cancellationToken);
        if (record is null)
        {
            record = await FindAsync(image, cancellationToken);
            await cache.Records.WriteAsync(key, record, cancellationToken);
        }
        IReadOnlyList<ControlParagraph> paragraphs = ControlParagraph.ParseAll(record, "The record of the run image's packages");
        ControlParagraph system = paragraphs[0];
        return new ImagePackages(
            new OsRelease(system["Id"], system["Version-Id"], system["Codename"]),
            [.. paragraphs.Skip(1).Select(Package.FromControl)]);
    }

    // A paragraph for the system, and one for each package with the fields that a resolution needs.
    private static async Task<byte[]> FindAsync(Image image, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(image, ["etc/os-release", "usr/lib/os-release", Status, StatusDirectory], MaxLength, cancellationToken);
        OsRelease system = OsRelease.Parse(files.GetValueOrDefault("etc/os-release") ?? files.GetValueOrDefault("usr/lib/os-release") ?? []);
        var record = new StringBuilder("System: image\n");
        foreach ((string name, string? value) in new (string, string?)[] { ("Id", system.Id), ("Version-Id", system.VersionId), ("Codename", system.Codename) })
        {
            if (!string.IsNullOrEmpty(value)) record.Append($"{name}: {value}\n");
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string path, byte[] content) in files.OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            if (!path.StartsWith(Status, StringComparison.Ordinal) || path.EndsWith(".md5sums", StringComparison.Ordinal)) continue;
            foreach (ControlParagraph paragraph in ControlParagraph.ParseAll(content, $"'/{path}' in the run image"))
            {
                if (!IsInstalled(paragraph) || paragraph["Package"] is not { } name || !seen.Add(name)) continue;
                record.Append('\n');
                foreach (string field in RelevantFields)
                {
                    if (paragraph[field] is { Length: > 0 } value) record.Append($"{field}: {value.ReplaceLineEndings(" ")}\n");
                }
            }
        }
        return Encoding.UTF8.GetBytes(record.ToString());
    }

    // dpkg keeps packages whose files are gone; images made without dpkg write no status.
    private static bool IsInstalled(ControlParagraph paragraph) =>
        paragraph["Status"]?.Split(' ') is not { } status || status is [_, _, "installed" or "triggers-awaited" or "triggers-pending"];
}

using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>
/// Writes what is remembered of a system: a paragraph for the system, and one for each package with what others ask of it. The
/// files are anybody's.
/// </summary>
/// <param name="files">What of <see cref="SystemPaths.All"/> there is, by path.</param>
/// <param name="image">What messages call the image.</param>
internal sealed class SystemRecordWriter(IReadOnlyDictionary<string, byte[]> files, string image)
{
    // Some twenty times what the largest images have.
    private const int MaxPackages = 100_000;
    private const int MaxNameLength = 200;

    // What a resolution needs of a package that is there.
    private static readonly string[] Relations = ["Provides", "Conflicts", "Breaks"];

    private readonly StringBuilder record = new();
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private int count;

    public string Write()
    {
        OsRelease system = OsRelease.Parse(Find(SystemPaths.OsRelease).Content ?? []);
        (string path, byte[]? apk) = Find(SystemPaths.ApkDatabase);
        bool dpkg = files.Keys.Any(IsDpkgRecord);
        record.Append("System: image\n");
        Append("Id", system.Id);
        Append("Version-Id", system.VersionId);
        Append("Codename", system.Codename);
        Append("C-Library", CLibrary());
        Append("Package-Manager", dpkg ? SystemRecord.Dpkg : apk is null ? null : SystemRecord.Apk);
        if (dpkg) AddDpkg();
        else if (apk is not null) AddApk(path, apk);
        return record.ToString();
    }

    private static bool IsDpkgRecord(string path) =>
        path == SystemPaths.DpkgStatus || (path.StartsWith(SystemPaths.DpkgStatusDirectory + "/", StringComparison.Ordinal) && !path.EndsWith(".md5sums", StringComparison.Ordinal));

    // dpkg keeps packages whose files are gone; images made without dpkg write no status.
    private static bool IsInstalled(ControlParagraph paragraph) =>
        paragraph["Status"]?.Split(' ') is not { } status || status is [_, _, "installed" or "triggers-awaited" or "triggers-pending"];

    // A system of musl may have the loader of glibc, so that programs for that start; no system has both libraries by accident.
    private string? CLibrary() =>
        Find(SystemPaths.GlibC).Content is not null ? "glibc"
        : Find(SystemPaths.Musl).Content is not null ? "musl"
        : Find(SystemPaths.GlibCLoaders).Content is not null ? "glibc"
        : null;

    private (string Path, byte[]? Content) Find(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (files.TryGetValue(path, out byte[]? content)) return (path, content);
        }
        return ("", null);
    }

    private void AddDpkg()
    {
        foreach ((string path, byte[] content) in files.Where(static file => IsDpkgRecord(file.Key)).OrderBy(static file => file.Key, StringComparer.Ordinal))
        {
            foreach (ReadOnlyMemory<byte> bytes in Paragraphs(path, content))
            {
                ControlParagraph paragraph = ControlParagraph.TryParse(bytes.Span, out string? problem) ?? throw DebianErrors.MalformedRecord(image, path, problem!);
                if (!IsInstalled(paragraph) || paragraph["Package"] is not { } name) continue;
                if (!Begin(path, name, paragraph["Version"])) continue;
                Append("Architecture", paragraph["Architecture"]);
                foreach (string field in Relations) Append(field, paragraph[field]);
            }
        }
    }

    // apk's database is paragraphs too, whose fields are single letters: P the name, V the version.
    private void AddApk(string path, byte[] content)
    {
        foreach (ReadOnlyMemory<byte> paragraph in Paragraphs(path, content))
        {
            string name = Encoding.UTF8.GetString(ControlFile.Field(paragraph.Span, "\nP:"u8));
            if (name.Length > 0) Begin(path, name, Encoding.UTF8.GetString(ControlFile.Field(paragraph.Span, "\nV:"u8)));
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Paragraphs(string path, byte[] content)
    {
        foreach (ReadOnlyMemory<byte> paragraph in ControlFile.Paragraphs(content))
        {
            if (++count > MaxPackages) throw DebianErrors.MalformedRecord(image, path, "it has more packages than any image");
            yield return paragraph;
        }
    }

    private bool Begin(string path, string name, string? version)
    {
        if (!IsWord(name)) throw DebianErrors.MalformedRecord(image, path, "an entry has no name that could be a package's");
        if (!IsWord(version)) throw DebianErrors.MalformedRecord(image, path, $"the package '{name}' has no version that could be one");
        if (!seen.Add(name)) return false;
        record.Append('\n');
        Append("Package", name);
        Append("Version", version);
        return true;
    }

    private static bool IsWord(string? text) => text is { Length: > 0 and <= MaxNameLength } && text.All(static letter => letter is > ' ' and <= '~');

    private void Append(string field, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return;
        record.Append(field).Append(": ");
        foreach (char letter in value) record.Append(char.IsControl(letter) || letter is '\u2028' or '\u2029' ? ' ' : letter);
        record.Append('\n');
    }
}

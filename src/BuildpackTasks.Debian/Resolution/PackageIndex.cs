using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>
/// All packages of a suite and its pockets, found by name and by what they provide. A package is read when it is looked at
/// first. Not for use by several threads at once.
/// </summary>
internal sealed class PackageIndex
{
    private const int MaxNearNames = 3;

    private readonly Dictionary<string, List<Entry>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Entry>> byProvided = new(StringComparer.Ordinal);

    /// <summary>The names of all packages, in no order.</summary>
    public IReadOnlyCollection<string> Names => byName.Keys;

    /// <summary>Adds the packages of one index.</summary>
    /// <param name="content">The index (<c>Packages</c>) without compression.</param>
    /// <param name="mirror">What the index's file names are relative to, ending in a slash.</param>
    /// <exception cref="DebianException">BPT4001: a paragraph has no name.</exception>
    public void Add(ReadOnlyMemory<byte> content, Uri mirror)
    {
        foreach (ReadOnlyMemory<byte> paragraph in ControlFile.Paragraphs(content))
        {
            ReadOnlySpan<byte> name = ControlFile.Field(paragraph.Span, "\nPackage:"u8);
            if (name.IsEmpty) throw DebianErrors.MalformedControl("The package index", "an entry has no field 'Package'");
            var entry = new Entry(paragraph, mirror);
            Add(byName, Encoding.UTF8.GetString(name), entry);
            ReadOnlySpan<byte> provides = ControlFile.Field(paragraph.Span, "\nProvides:"u8);
            foreach (Range range in provides.Split((byte)','))
            {
                ReadOnlySpan<byte> provided = provides[range].Trim((byte)' ');
                int end = provided.IndexOfAny(" (:"u8);
                if (end > 0) provided = provided[..end];
                if (!provided.IsEmpty) Add(byProvided, Encoding.UTF8.GetString(provided), entry);
            }
        }
    }

    /// <summary>The versions of a package, the highest first; of equal versions the one that was added first.</summary>
    /// <param name="name">The package.</param>
    /// <exception cref="DebianException">BPT4001: one of them is malformed.</exception>
    public IReadOnlyList<Package> Versions(string name) =>
        byName.TryGetValue(name, out List<Entry>? entries)
            ? [.. entries.Select(static entry => entry.Package).OrderByDescending(static package => package.Version).DistinctBy(static package => package.Version)]
            : [];

    /// <summary>The packages that provide a virtual package, each in its highest version that does, by name.</summary>
    /// <param name="name">The virtual package.</param>
    /// <exception cref="DebianException">BPT4001: one of them is malformed.</exception>
    public IReadOnlyList<Package> Providers(string name) =>
        byProvided.TryGetValue(name, out List<Entry>? entries)
            ? [.. entries.Select(static entry => entry.Package)
                .OrderBy(static package => package.Name, StringComparer.Ordinal).ThenByDescending(static package => package.Version)
                .DistinctBy(static package => package.Name)]
            : [];

    /// <summary>Names like one that is not there, for whoever mistyped it: the nearest first.</summary>
    /// <param name="name">The name.</param>
    public IReadOnlyList<string> NearNames(string name) =>
        [.. byName.Keys
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= 2 || candidate.StartsWith(name, StringComparison.Ordinal))
            .Select(candidate => (candidate, Distance: candidate.StartsWith(name, StringComparison.Ordinal) ? 1 : EditDistance(candidate, name)))
            .Where(near => near.Distance <= 2)
            .OrderBy(static near => near.Distance).ThenBy(static near => near.candidate.Length).ThenBy(static near => near.candidate, StringComparer.Ordinal)
            .Select(static near => near.candidate)
            .Take(MaxNearNames)];

    private static void Add(Dictionary<string, List<Entry>> to, string name, Entry entry)
    {
        if (to.TryGetValue(name, out List<Entry>? entries)) entries.Add(entry);
        else to.Add(name, [entry]);
    }

    // Levenshtein's distance, one row at a time.
    private static int EditDistance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }

    private sealed class Entry(ReadOnlyMemory<byte> paragraph, Uri mirror)
    {
        private Package? package;

        public Package Package => package ??= Package.FromIndex(ControlParagraph.Parse(paragraph.Span, "An entry of the package index"), mirror);
    }
}

using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Divides the app's files among the slices (buildpack specification, "launch.toml", <c>[[slices]]</c>): a file belongs to the first
/// slice that matches it, a directory that matches stands for all below it, and what none matches is the remainder.
/// </summary>
internal static class AppSlicer
{
    /// <summary>Divides the files.</summary>
    /// <param name="files">The app's files.</param>
    /// <param name="slices">The slices.</param>
    /// <param name="imageAppDirectory">Where the app will be in the image: patterns may be absolute paths below it.</param>
    /// <returns>The files of each slice, and last the remainder; in the files' order.</returns>
    /// <exception cref="LifecycleException">BPT2033: a pattern is malformed.</exception>
    public static IReadOnlyList<IReadOnlyList<AppFile>> Divide(IReadOnlyList<AppFile> files, IReadOnlyList<Slice> slices, string imageAppDirectory)
    {
        HashSet<string> known = [.. files.Select(static file => file.Path)];
        foreach (AppFile file in files)
        {
            for (string parent = Parent(file.Path); parent.Length > 0 && known.Add(parent); parent = Parent(parent))
            {
            }
        }

        SliceMatcher[] matchers = [.. slices.Select(slice => new SliceMatcher(slice, known, imageAppDirectory))];
        List<AppFile>[] divided = [.. Enumerable.Range(0, slices.Count + 1).Select(static _ => new List<AppFile>())];
        foreach (AppFile file in files)
        {
            int index = Array.FindIndex(matchers, matcher => matcher.Matches(file.Path));
            divided[index < 0 ? slices.Count : index].Add(file);
        }
        return divided;
    }

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "";

    private sealed class SliceMatcher
    {
        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private readonly List<PathPattern> patterns = [];
        private readonly bool all;

        public SliceMatcher(Slice slice, HashSet<string> known, string imageAppDirectory)
        {
            foreach (string path in slice.Paths)
            {
                string relative = Relative(path, imageAppDirectory);
                if (relative.Length == 0) all = true;
                // What is there by this very name is meant, even where the name could be read as a pattern.
                else if (known.Contains(relative)) names.Add(relative);
                else patterns.Add(PathPattern.TryParse(relative) ?? throw LifecycleErrors.BadPattern(slice.Name, path));
            }
        }

        public bool Matches(string path)
        {
            if (all) return true;
            for (string name = path; name.Length > 0; name = Parent(name))
            {
                if (names.Contains(name)) return true;
            }
            if (patterns.Count == 0) return false;
            Rune[][] components = [.. path.Split('/').Select(static component => component.EnumerateRunes().ToArray())];
            return patterns.Exists(pattern => pattern.Matches(components));
        }

        private static string Relative(string path, string imageAppDirectory)
        {
            string relative = path == imageAppDirectory ? "" : path.StartsWith(imageAppDirectory + "/", StringComparison.Ordinal) ? path[(imageAppDirectory.Length + 1)..] : path;
            return string.Join('/', relative.Split('/').Where(static part => part is not ("" or ".")));
        }
    }
}

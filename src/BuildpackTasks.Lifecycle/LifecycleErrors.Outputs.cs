namespace BuildpackTasks.Lifecycle;

// What programs write, and the files of an environment: BPT2120 to BPT2149.
internal static partial class LifecycleErrors
{
    public static LifecycleException MalformedOutput(string path, FileOrigin origin, string reason, Exception? inner = null) =>
        new("BPT2120", $"'{Shown(path)}', {origin.Clause}, is malformed: {Shown(reason)}. {origin.Advice}", inner);

    public static LifecycleException CannotReadOutput(string path, FileOrigin origin, Exception inner) =>
        new("BPT2121", $"'{Shown(path)}', {origin.Clause}, cannot be read: {OneLine(inner)} {origin.Advice}", inner);

    public static LifecycleException WrittenFileTooLarge(string path, FileOrigin origin, int limit) =>
        new("BPT2122", $"'{Shown(path)}', {origin.Clause}, is larger than {limit >> 10} KiB, which nothing of its kind is. {origin.Advice}");

    public static LifecycleException TooManyFiles(string path, FileOrigin origin, int limit) =>
        new("BPT2122", $"'{Shown(path)}', {origin.Clause}, has more than {limit} entries. {origin.Advice}");

    public static LifecycleException NameNotUtf8(string directory, FileOrigin origin) =>
        new("BPT2123", $"'{Shown(directory)}', {origin.Clause}, has an entry whose name is not UTF-8, as the names in an image are. {origin.Advice}");

    public static LifecycleException WrittenLinkLeadsOut(string path, FileOrigin origin) =>
        new("BPT2124", $"'{Shown(path)}', {origin.Clause}, is a symbolic link that leads elsewhere, and is not followed. {origin.Advice}");

    public static LifecycleException NotAFile(string path, FileOrigin origin) =>
        new("BPT2125", $"'{Shown(path)}', {origin.Clause}, is not a file. {origin.Advice}");

    public static LifecycleException SpecialFileInLayer(string path, FileOrigin origin) =>
        new("BPT2126", $"'{Shown(path)}', {origin.Clause}, is a pipe or a device, which a layer cannot hold. {origin.Advice}");

    public static LifecycleException BadEnvironmentFile(string path, FileOrigin origin, string reason) =>
        new("BPT2127", $"'{Shown(path)}', {origin.Clause}, cannot set a variable: {reason}. {origin.Advice}");

    public static LifecycleException BadLayer(string path, FileOrigin origin, string reason) =>
        new("BPT2128", $"'{Shown(path)}', {origin.Clause}, cannot be a layer: {reason}. {origin.Advice}");

    public static LifecycleException CachedLayerWithoutContents(string path, FileOrigin origin) =>
        new("BPT2129", $"'{Shown(path)}', {origin.Clause}, is missing: the layer is for the image and for the cache, and so it must have contents. {origin.Advice}");

    public static LifecycleException BadSbom(string path, FileOrigin origin, string reason) =>
        new("BPT2130", $"'{Shown(path)}', {origin.Clause}, cannot be a bill of materials: {reason}. {origin.Advice}");

    public static LifecycleException CannotSetAside(string path, FileOrigin origin, Exception inner) =>
        new("BPT2131", $"'{Shown(path)}', {origin.Clause}, is of no type and cannot be set aside: {OneLine(inner)} {origin.Advice}", inner);

    /// <summary>Text that others wrote, on one line and not longer than a message may be.</summary>
    private static string Shown(string text)
    {
        string line = string.Concat(text.Select(static character => char.IsControl(character) ? '?' : character));
        return line.Length <= 400 ? line : $"{line[..200]}…{line[^199..]}";
    }
}

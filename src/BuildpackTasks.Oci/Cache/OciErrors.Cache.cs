namespace BuildpackTasks.Oci;

/// <summary>The errors of making layers and of the layer cache.</summary>
internal static partial class OciErrors
{
    public const string ChangedWhileReadCode = "BPT1011";
    public const string DamagedInCacheCode = "BPT1017";

    public static OciException ContentMismatch(Digest expected, Digest actual) =>
        new("BPT1010", $"Content that should be {expected} is {actual} and was not stored. Run the build again; if the error stays, have it stored anew where it comes from.");

    public static OciException DamagedInCache(string path, Digest digest, Exception? inner) =>
        new(DamagedInCacheCode, $"The file '{path}' of the layer cache is damaged, it is not {digest} any more, and has been removed. Run the build again; it is made anew.", inner);

    public static OciException ChangedWhileRead(LayerEntry entry) =>
        new(ChangedWhileReadCode, $"The file '{entry.Content?.SourcePath ?? entry.Path}' changed while a layer was made of it. Let nothing write to the published files meanwhile and build again.");

    public static OciException UnreadableLayerFile(LayerEntry entry, Exception inner) =>
        new("BPT1012", $"The file '{entry.Content?.SourcePath ?? entry.Path}' cannot be read for a layer: {OneLine(inner)}. Make it readable or publish again.", inner);

    public static OciException UnwritableCache(string directory, Exception inner) => IsDiskFull(inner)
        ? new("BPT1013", $"There is no space left for the layer cache in '{directory}'. Free some, or set ImageCacheDirectory to a directory with more or ImageCacheMaxSize to a smaller size.", inner)
        : new("BPT1014", $"The layer cache in '{directory}' cannot be written: {OneLine(inner)}. Make the directory writable or set ImageCacheDirectory to another one.", inner);

    public static OciException UnreadableCache(string directory, Exception inner) =>
        new("BPT1015", $"The layer cache in '{directory}' cannot be read: {OneLine(inner)}. Make the directory readable or set ImageCacheDirectory to another one.", inner);

    public static OciException MissingFromCache(Digest digest, string directory, Exception inner) =>
        new("BPT1016", $"The content {digest} cannot be read from the layer cache in '{directory}': {OneLine(inner)}. Run the build again; it is made anew.", inner);

    public static OciException NotALayer(Digest layer, Exception inner) =>
        new("BPT1018", $"The layer {layer} cannot be read: {OneLine(inner)}. Use another image or have this one pushed again.", inner);

    public static OciException ImageFilesTooLarge(string path, long maxBytes) =>
        new("BPT1019", $"The files to read from the image have more than {maxBytes} bytes, with '{Quoted.OneLine(path)}' among them. Use another image or remove the file from it.");

    public static OciException ZstdMissing(Digest layer, Exception? inner) =>
        new("BPT1020", $"The layer {layer} is compressed with zstd, and there is no program 'zstd' to read it. Install the package 'zstd', or use an image with gzip layers.", inner);

    // ENOSPC and EDQUOT as they reach an IOException's HResult on Linux and macOS, and ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static bool IsDiskFull(Exception e) =>
        e is IOException && (OperatingSystem.IsWindows() ? e.HResult is unchecked((int)0x80070027) or unchecked((int)0x80070070) : e.HResult is 28 or 122 or 69);

    private static string OneLine(Exception e) => e.Message.Split('\n')[0].TrimEnd('.', '\r');
}

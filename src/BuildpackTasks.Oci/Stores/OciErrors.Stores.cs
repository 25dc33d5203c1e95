namespace BuildpackTasks.Oci;

/// <summary>The errors of layouts, archives and engines.</summary>
internal static partial class OciErrors
{
    public static OciException CannotReadStore(string name, string reason, Exception? inner = null) =>
        new("BPT1201", $"'{name}' cannot be read: {Reason(reason)}. Check that it is whole and that you may read it.", inner);

    public static OciException NotALayout(string name, string reason, Exception? inner = null) =>
        new("BPT1202", $"'{name}' is not an OCI image layout: {reason}. Name a directory or an archive that holds one.", inner);

    public static OciException DamagedBlob(string name, Digest digest, string reason) =>
        new("BPT1203", $"The blob {digest} of '{name}' is damaged: {reason}. Have the image written again.");

    public static OciException MissingBlob(string name, Digest digest) =>
        new("BPT1204", $"The blob {digest} of '{name}' is missing. Have the image written again.");

    public static OciException SeveralImages(string name, IEnumerable<string?> tags)
    {
        string[] known = [.. tags.OfType<string>().Distinct().Order(StringComparer.Ordinal).Take(20).Select(static tag => Quoted.OneLine(tag))];
        return new("BPT1205", known.Length == 0
            ? $"'{name}' holds several images without tags. Add the digest of one of them."
            : $"'{name}' holds several images: {string.Join(", ", known)}. Add the tag of one of them, such as ':{known[0]}'.");
    }

    public static OciException CannotWriteStore(string path, string reason, Exception? inner = null) =>
        new("BPT1208", $"The image cannot be written to '{path}': {Reason(reason)}. Nothing was changed; make room, or choose another place.", inner);

    public static OciException DirectoryHasOtherFiles(string path) =>
        new("BPT1209", $"'{path}' holds files and is not an OCI image layout. Choose a directory that is empty, that does not exist, or that is a layout.");

    public static OciException LayoutBusy(string path) =>
        new("BPT1210", $"'{path}' is being written by another build, which has not finished in ten minutes. Wait for it or end it, then build again.");

    public static OciException NotATag(string value) =>
        new("BPT1211", $"'{Quoted.OneLine(value)}' is not a tag. A tag has up to 128 letters, digits, '_', '.' and '-' and begins with none of the last two.");

    // Messages of the operating system and of other programs, to stand before a full stop.
    private static string Reason(string text) => Quoted.OneLine(text, 500).TrimEnd('.');
}

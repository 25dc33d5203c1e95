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

    public static OciException HoldsOnePlatform(string place) =>
        new("BPT1212", $"{place} cannot hold an image for several platforms. Write it to a registry (ContainerRegistry), an OCI layout (ImageLayoutPath) or an OCI archive (ContainerArchiveOutputPath without ContainerImageFormat=Docker), or choose one platform (ContainerRuntimeIdentifier).");

    public static OciException NotAnArchive(string path, string reason, Exception? inner = null) =>
        new("BPT1220", $"'{path}' is not an archive of images: {Reason(reason)}. Name a tar file that 'skopeo copy', 'podman save' or 'docker save' has written.", inner);

    public static OciException OtherArchive(string path, string wanted, string? actual) => actual is null
        ? NotAnArchive(path, wanted == "oci-archive" ? "it holds no 'oci-layout' and 'index.json'" : "it holds no 'manifest.json'")
        : new("BPT1221", $"'{path}' is of the kind '{actual}' and not '{wanted}'. Write '{actual}:{path}'.");

    public static OciException MalformedDockerArchive(string path, string reason, Exception? inner = null) =>
        new("BPT1222", $"The docker archive '{path}' cannot be used: {Reason(reason)}. Have it saved again.", inner);

    public static OciException UnknownScheme(string value, string scheme) =>
        new("BPT1230", $"'{Quoted.OneLine(value)}' begins with the unknown scheme '{Quoted.OneLine(scheme)}'. Write an image reference, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], debian://SUITE or scratch.");

    public static OciException BadImageLocation(string value, string reason) =>
        new("BPT1231", $"'{Quoted.OneLine(value)}' does not say where an image is: {reason}. Write oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].");

    public static OciException NoEngine(ContainerEngineKind? wanted) =>
        new("BPT1240", $"{(wanted is null ? "Neither Docker nor Podman" : wanted)} {(wanted is null ? "answers" : "does not answer")}. Start it, or set ContainerRegistry, ContainerArchiveOutputPath or ImageLayoutPath to write the image elsewhere.");

    public static OciException EngineRefused(string engine, string reason) =>
        new("BPT1241", $"The container engine at '{engine}' did not load the image: {Reason(reason)}. Correct what it complains about, or write the image elsewhere (ImageLayoutPath).");

    public static OciException EngineUnreachable(string engine, string reason, Exception? inner = null) =>
        new("BPT1242", $"The container engine at '{engine}' cannot be reached: {Reason(reason)}. Check that it still runs, or write the image elsewhere (ImageLayoutPath).", inner);

    public static OciException EngineCannotBeRead(string engine) =>
        new("BPT1243", $"Images cannot be read from {engine}. Save the image with '{(engine == "Docker" ? "docker" : "podman")} save -o FILE NAME' and name it as docker-archive:FILE.");

    public static OciException TagOnSeveral(string name, string tag) =>
        new("BPT1244", $"The tag '{Quoted.OneLine(tag)}' of '{name}' is on several images that no index joins, so it cannot be moved as a whole. Name one of them by its digest, or write them as one image for several platforms.");

    public static OciException NothingToTag(string name, Digest digest) =>
        new("BPT1245", $"'{name}' no longer has {digest}, so no tag can be put on it: it was replaced meanwhile. Nothing was changed; try again.");

    // Messages of the operating system and of other programs, to stand before a full stop.
    private static string Reason(string text) => Quoted.OneLine(text, 500).TrimEnd('.');
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Errors of where buildpacks and layers of items come from. BPT2170 to BPT2189.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException NoSuchSource(string name, string baseDirectory) =>
        new("BPT2170", $"There is no buildpack '{name}': it is not a built-in one, and neither a file nor a directory in '{baseDirectory}'. Correct the path in @(Buildpack), or write an image with its registry or its tag, such as docker://REPOSITORY.");

    public static LifecycleException UnsupportedSource(string name, string scheme) =>
        new("BPT2171", $"The buildpack '{name}' begins with '{scheme}', which is not supported. Name a directory, an archive, or an image (docker://, oci:, oci-archive:); what is at an address on the web has to be downloaded before.");

    public static LifecycleException NotAnArchive(string name, Exception inner) =>
        new("BPT2172", $"'{name}' cannot be unpacked: {OneLine(inner).TrimEnd('.')}. Use a buildpack as .tgz, .tar or .cnb, or have this one made again.", inner);

    public static LifecycleException RefusedEntry(string name, RefusedEntryException inner) =>
        new("BPT2173", $"'{name}' is not unpacked: {inner.Message}. Nothing of it was kept; have it made again without that entry, or use another.", inner);

    public static LifecycleException NoBuildpackInArchive(string name) =>
        new("BPT2174", $"'{name}' has no buildpack.toml at its top, and no OCI layout. Pack the inside of a buildpack's directory: tar -czf FILE.tgz -C DIRECTORY .");

    public static LifecycleException OtherVersion(string name, string version, IEnumerable<string> present) =>
        new("BPT2175", $"'{name}' has no buildpack of version {version}; it has {List(present.Order(StringComparer.Ordinal))}. Correct the Version of the Buildpack item, or leave it out.");

    public static LifecycleException VersionOfBuilder(string name, string version) =>
        new("BPT2175", $"'{name}' is a builder, of which there is no version {version}: it has many buildpacks. Leave out the Version of the Buildpack item, and choose a builder by its tag.");

    public static LifecycleException NotABuildpackImage(string name) =>
        new("BPT2176", $"'{name}' is neither a buildpack nor a builder: it has none of the labels io.buildpacks.buildpackage.metadata and io.buildpacks.builder.metadata. Name another image.");

    public static LifecycleException MalformedLabel(string image, string label, string reason, Exception? inner = null) =>
        new("BPT2177", $"The label {label} of '{image}' is malformed: {reason}. Use another image, or have this one made again.", inner);

    public static LifecycleException LabelsContradict(string image, string what) =>
        new("BPT2178", $"'{image}' contradicts itself: {what}. Use another image, or have this one made again.");

    public static LifecycleException MissingInOrder(string image, OrderReference reference, string? by) =>
        new("BPT2179", $"'{image}' does not have the buildpack {reference} that {by ?? "its order"} asks for. Use another image, or have this one made again with it.");

    public static LifecycleException IsExtension(string name) =>
        new("BPT2180", $"'{name}' is an image extension, which is not supported: it changes images by Dockerfiles. Use a buildpack, or a run image that has what the extension adds.");

    public static CodedWarning ExtensionsLeftOut(string name, IReadOnlyList<BuildpackId> extensions) =>
        new("BPT2181", $"The image extensions of the builder '{name}' are left out, because they change images by Dockerfiles: {(extensions.Count > 0 ? List(extensions.Select(static id => id.ToString())) : "those of its order.toml")}. Where a buildpack needs one, use a run image that has what the extension adds.");

    public static LifecycleException ProgramMissing(BuildpackDescriptor buildpack, string program, string source) =>
        new("BPT2182", $"The buildpack {buildpack} of '{source}' has no {program}, which every buildpack has that does not consist of others. Add it, or use another version.");

    public static LifecycleException ProgramNotExecutable(BuildpackDescriptor buildpack, string path) =>
        new("BPT2183", $"'{path}' of the buildpack {buildpack} is not executable. Run 'chmod +x' on it (in a git repository, 'git update-index --chmod=+x'), or pack the buildpack on Linux.");

    public static LifecycleException NoSuchImage(string name, Platform platform) =>
        new("BPT2184", $"There is no image '{name}' for {platform}. Correct the Buildpack item, or push the image.");

    public static LifecycleException NoImageLayerSource(ImageLayerSource source) =>
        new("BPT2185", $"The ImageLayer '{source.Layer}' has the Source '{source.Source}', which is not there or is empty. Set it to a file, or to a directory with files.");

    public static LifecycleException BadImageLayerTarget(ImageLayerSource source) =>
        new("BPT2186", $"The ImageLayer '{source.Layer}' has the TargetPath '{source.TargetPath}', where nothing can be in an image. Set it to an absolute path without '.' and '..', such as /opt/agent.");

    public static LifecycleException ImageLayerTwice(string layer, string path) =>
        new("BPT2187", $"The ImageLayer '{layer}' has '/{path}' twice, from different sources. Leave out one of them, or give one another TargetPath.");

    public static LifecycleException NotForImageLayer(ImageLayerSource source, string path, string reason) =>
        new("BPT2188", $"'{path}' of the ImageLayer '{source.Layer}' {reason}. Remove it, or put a copy of what it stands for in its place.");
}

using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>buildpack.toml</c>: what a buildpack is, and for a composite one of which others it consists (buildpack specification,
/// "buildpack.toml").
/// </summary>
/// <param name="Descriptor">What it says of itself.</param>
/// <param name="Order">The groups of a composite buildpack, in order of preference; empty for one that has programs.</param>
public sealed partial record BuildpackFile(BuildpackDescriptor Descriptor, IReadOnlyList<OrderReferenceGroup> Order)
{
    /// <summary>Whether the buildpack only stands for others.</summary>
    public bool IsComposite => Order.Count > 0;

    /// <summary>
    /// Reads a file. Of one that follows a Buildpack API that is not supported, the id, the version and the API are read and nothing
    /// else, so that it does no harm where nobody asks for it: <see cref="RequireApi"/> refuses it.
    /// </summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="programs">The names of what is in the buildpack's <c>bin/</c>: without targets, they tell what it is for.</param>
    /// <exception cref="LifecycleException">BPT2100: the document is malformed.</exception>
    public static BuildpackFile Read(ReadOnlySpan<byte> toml, string path, params IReadOnlyCollection<string> programs)
    {
        TableReader file = DescriptorToml.Read(toml, path, LifecycleErrors.MalformedDescriptor);
        TableReader buildpack = file.Sub("buildpack");
        string api = file.Text("api");
        if (!ApiGrammar().IsMatch(api)) throw file.Bad("api", $"is '{api}', not a version such as {BuildpackApi.Supported[^1]}");
        var descriptor = new BuildpackDescriptor(
            buildpack.Parsed("id", BuildpackId.Parse), buildpack.Text("version"), api, buildpack.OptionalText("name"), buildpack.OptionalText("homepage"));
        if (!BuildpackApi.TryParse(api, out BuildpackApi? supported)) return new BuildpackFile(descriptor, []);

        if (!IsVersion(descriptor.Version)) throw buildpack.Bad("version", $"is '{descriptor.Version}', not three numbers without leading zeros such as 1.2.3");
        IReadOnlyList<OrderReferenceGroup> order = OrderReferenceGroup.ReadOrder(file, supported.HasExecutionEnvironments);
        foreach (string key in (string[])["targets", "stacks"])
        {
            // "If order is specified, then targets and stacks MUST NOT be": what it consists of says what it is for.
            if (order.Count > 0 && file.Subs(key).Count > 0) throw file.Bad(key, "and 'order' are both there");
        }
        return new BuildpackFile(
            descriptor with
            {
                Targets = order.Count > 0 ? [] : DescriptorTargets.Read(file, supported, programs),
                ExecutionEnvironments = supported.HasExecutionEnvironments ? ExecutionEnvironments.Read(buildpack) : [],
                ClearEnvironment = buildpack.Flag("clear-env"),
                SbomFormats = buildpack.Texts("sbom-formats"),
            },
            order);
    }

    /// <summary>Reads the <c>buildpack.toml</c> of a buildpack's directory.</summary>
    /// <param name="directory">The directory's absolute path.</param>
    /// <exception cref="LifecycleException">BPT2003: the file cannot be read. BPT2100: it is malformed. BPT2101: it is not there.</exception>
    public static BuildpackFile ReadDirectory(string directory)
    {
        string path = Path.Combine(directory, "buildpack.toml");
        byte[] toml = DescriptorToml.ReadFile(path, DescriptorToml.MaxLength, reason => LifecycleErrors.MalformedDescriptor(path, reason)) ?? throw LifecycleErrors.NoDescriptor(directory);
        try
        {
            var bin = new DirectoryInfo(Path.Combine(directory, "bin"));
            return Read(toml, path, bin.Exists ? [.. bin.EnumerateFiles().Select(static program => program.Name)] : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(directory, e);
        }
    }

    /// <summary>The Buildpack API that the buildpack follows.</summary>
    /// <param name="askedBy">Who asks for the buildpack, for the message; null where the user does.</param>
    /// <exception cref="LifecycleException">BPT2102: the API is not supported.</exception>
    public BuildpackApi RequireApi(string? askedBy = null) =>
        BuildpackApi.TryParse(Descriptor.Api, out BuildpackApi? api) ? api : throw LifecycleErrors.UnsupportedApi(Descriptor, askedBy);

    internal static bool IsVersion(string text) => VersionGrammar().IsMatch(text);

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex ApiGrammar();

    [GeneratedRegex(@"\A(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\z")]
    private static partial Regex VersionGrammar();
}

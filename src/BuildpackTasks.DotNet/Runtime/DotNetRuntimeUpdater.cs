using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Puts the shared frameworks of another version in place of those that <see cref="DotNetRuntimeBuildpack"/> added to an image. The
/// app is not touched: it says which versions it runs on, and the layers are the very ones that a build with that version makes.
/// One updater serves all images of a run: a layer is made once, and a pack asked for once.
/// </summary>
/// <param name="packs">Gives packs that are needed; asked for each once, one question at a time, and not at all where layers are known.</param>
/// <param name="cache">Where layers are found and made.</param>
/// <param name="known">The newest patches that the SDK knows, by framework and .NET version.</param>
/// <param name="version">The version to move to (<c>DotNetRuntimeVersion</c>); null for the newest known patch of each image's own version.</param>
/// <param name="policy">To which other versions an image may be moved.</param>
public sealed class DotNetRuntimeUpdater(
    Func<IReadOnlyList<RequiredPack>, CancellationToken, Task<IReadOnlyList<ResolvedPack>>> packs,
    LayerCache cache,
    IReadOnlyList<KnownRuntime> known,
    NuGetVersion? version = null,
    RuntimeUpdatePolicy policy = RuntimeUpdatePolicy.LatestPatch) : ILayerUpdater
{
    private const string VersionLabel = "net.dot.runtime.majorminor";
    private const string RollForwardVariable = "DOTNET_ROLL_FORWARD";

    private readonly PackRequests packs = new(packs);
    private readonly SharedWork<Digest, KnownLayer> layers = new();

    /// <summary>The code of an image that has no .NET which could be updated, as of an app that is none of .NET.</summary>
    public const string NoRuntimeCode = "BPT3023";

    /// <summary>The codes of images that have no runtime layer of this package, for whatever reason: it has to be updated otherwise, or there is none.</summary>
    public static IReadOnlySet<string> WithoutLayerCodes { get; } = new HashSet<string> { "BPT3020", "BPT3021", "BPT3022", NoRuntimeCode };

    /// <inheritdoc/>
    public string Name => DotNetRuntimeBuildpack.Runtime;

    /// <inheritdoc/>
    /// <exception cref="DotNetException">
    /// BPT3020 to BPT3023: the image has no runtime layer of this package. BPT3024: what it says of it cannot be. BPT3025: the policy does
    /// not allow the version. BPT3026: the app does not accept it. BPT3027: the SDK knows no version. BPT3014, BPT3015: a pack is
    /// missing or not whole.
    /// </exception>
    public async Task<LayerUpdate?> UpdateAsync(BuildpacksImage image, IReadOnlyList<ILayer> runImage, CancellationToken cancellationToken)
    {
        ImageRuntime present = ImageRuntime.Of(image) ?? throw WhyNone(image);
        if (version is not null) CheckPolicy(image, present, version);
        KnownRuntime[] target = Choose(image, present);
        if (target.SequenceEqual(present.Frameworks)) return null;

        var updated = new Dictionary<string, UpdatedLayer>(StringComparer.Ordinal);
        foreach ((KnownRuntime before, KnownRuntime after) in present.Frameworks.Zip(target))
        {
            if (before == after) continue;
            RequiredPack pack = RequiredPack.Runtime(after.Framework, present.Identifier, after.Version);
            BuildpackLayer layer = RuntimeLayers.Create(pack, null, present.Identifier, present.HasStandaloneCollectors, present.Requires);
            updated.Add(layer.Name.ToString(), new UpdatedLayer(await LayerAsync(layer.Fingerprint!.Value, pack, present, cancellationToken), layer.Metadata, null));
        }
        return new LayerUpdate(DotNetRuntimeBuildpack.Id, updated, present.ToString(), ImageRuntime.Describe(target))
        {
            Objections = [.. Objections(image, present, target)],
            Labels = Labels(image, present, target),
        };
    }

    private static DotNetException WhyNone(BuildpacksImage image)
    {
        AppNote? app = AppNote.Of(image.Metadata);
        if (app?.Deployment == AppNote.SelfContained) return DotNetErrors.SelfContained(image.Name, app.Included);
        if (app?.Deployment == AppNote.NativeCode) return DotNetErrors.NativeCode(image.Name);
        return image.Image.Config.Environment.FirstOrDefault(static variable => variable.Key == "DOTNET_VERSION").Value is { Length: > 0 } version && NuGetVersion.TryParse(version, out NuGetVersion? parsed)
            ? DotNetErrors.RunImageHasDotNet(image.Name, parsed)
            : DotNetErrors.NoRuntimeLayer(image.Name);
    }

    private void CheckPolicy(BuildpacksImage image, ImageRuntime present, NuGetVersion wanted)
    {
        if (wanted.Major == present.Version.Major && (policy == RuntimeUpdatePolicy.Minor || wanted.Minor == present.Version.Minor)) return;
        throw DotNetErrors.OtherFeatureLine(image.Name, present.Version, wanted, policy);
    }

    // The host's own rules decide, as they do in a build; what the image has is one of the versions to choose from.
    private KnownRuntime[] Choose(BuildpacksImage image, ImageRuntime present)
    {
        IReadOnlyList<FrameworkReference> required = Required(image, present);
        if (version is null && !known.Any(runtime => RuntimeVersions.SameMinor(runtime.Version, present.Version))) throw DotNetErrors.NothingKnown(image.Name, present.Version);
        return RuntimePlan.Choose(required, reference =>
        {
            IEnumerable<NuGetVersion> available = version is not null
                ? [version]
                : from runtime in known.Concat(present.Frameworks)
                  where runtime.Framework == reference.Name && RuntimeVersions.SameMinor(runtime.Version, present.Version)
                  select runtime.Version;
            return RuntimeVersions.Resolve(reference, available) ?? throw DotNetErrors.AppDoesNotAccept(image.Name, version ?? present.Version, reference);
        });
    }

    private static IReadOnlyList<FrameworkReference> Required(BuildpacksImage image, ImageRuntime present)
    {
        // Where the image does not say it, any patch is taken for one that the app runs on: by default every app rolls forward to it.
        IReadOnlyList<FrameworkReference> required = present.Requires is { Count: > 0 } noted && noted.Any(static reference => reference.Name == FrameworkReference.AspNetCoreApp) == (present.Frameworks.Count > 1)
            ? noted
            : [.. present.Frameworks.Select(static framework => new FrameworkReference(framework.Framework, new NuGetVersion(framework.Version.Major, framework.Version.Minor, 0, framework.Version.IsPrerelease ? "0" : null)))];
        // For the host this goes before what the app says, wherever in the image it was set.
        return image.Image.Config.Environment.FirstOrDefault(static variable => variable.Key == RollForwardVariable).Value is { } text
            && !char.IsAsciiDigit(text.FirstOrDefault()) && Enum.TryParse(text, ignoreCase: true, out RollForward rollForward) && Enum.IsDefined(rollForward)
            ? [.. required.Select(reference => reference with { RollForward = rollForward })]
            : required;
    }

    private static IEnumerable<CodedException> Objections(BuildpacksImage image, ImageRuntime present, KnownRuntime[] target)
    {
        if (present.Frameworks.Zip(target).Any(static pair => pair.Second.Version < pair.First.Version))
            yield return DotNetErrors.OlderRuntime(image.Name, present.ToString(), ImageRuntime.Describe(target));
        if (present.Requires is null && !RuntimeVersions.SameMinor(present.Version, target[0].Version))
            yield return DotNetErrors.RequirementUnknown(image.Name, target[0].Version);
    }

    // The label says for which .NET the app was compiled, and is read as the one that it runs on.
    private static Dictionary<string, string?> Labels(BuildpacksImage image, ImageRuntime present, KnownRuntime[] target)
    {
        var labels = new Dictionary<string, string?>();
        if (!RuntimeVersions.SameMinor(present.Version, target[0].Version) && image.Image.Config.Labels.GetValueOrDefault(VersionLabel) == $"{present.Version.Major}.{present.Version.Minor}")
            labels[VersionLabel] = $"{target[0].Version.Major}.{target[0].Version.Minor}";
        return labels;
    }

    private Task<KnownLayer> LayerAsync(Digest fingerprint, RequiredPack pack, ImageRuntime present, CancellationToken cancellationToken) => layers.GetAsync(
        fingerprint,
        token => cache.GetOrCreateAsync(
            fingerprint,
            async contents => LayerContents.Create(
                RuntimeLayers.Create(pack, await packs.GetAsync(pack, contents), present.Identifier, present.HasStandaloneCollectors, present.Requires).Entries!),
            LayerCompression.Smallest,
            token),
        cancellationToken);
}

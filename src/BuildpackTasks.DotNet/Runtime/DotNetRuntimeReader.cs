using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>Tells which .NET an image's app runs on: a layer of this package, the run image's, or what a self-contained app has with it.</summary>
/// <param name="known">The newest patches that the SDK knows.</param>
public sealed class DotNetRuntimeReader(IReadOnlyList<KnownRuntime> known) : IRuntimeReader
{
    private const string Name = ".NET";

    /// <inheritdoc/>
    /// <exception cref="DotNetException">BPT3024: what the image says of its runtime layer cannot be.</exception>
    public InspectedRuntime? Read(Image image, BuildpacksImage? buildpacks)
    {
        if (buildpacks is not null)
        {
            if (ImageRuntime.Of(buildpacks) is { } runtime) return Inspected("layer", [.. runtime.Frameworks]);
            AppNote? app = AppNote.Of(buildpacks.Metadata);
            if (app?.Deployment == AppNote.NativeCode) return null;
            if (app?.Deployment == AppNote.SelfContained)
                return app.Included.Count > 0 ? Inspected("app", [.. app.Included.Select(static framework => new KnownRuntime(framework.Name, framework.Version))]) : new InspectedRuntime(Name, "app", null, [], Availability.Unknown("the image does not say which version the app has with it"));
        }
        KnownRuntime?[] present = [Said(image, "DOTNET_VERSION", FrameworkReference.NetCoreApp), Said(image, "ASPNET_VERSION", FrameworkReference.AspNetCoreApp)];
        return present[0] is null ? null : Inspected("run image", [.. present.OfType<KnownRuntime>()]);
    }

    private InspectedRuntime Inspected(string origin, KnownRuntime[] frameworks) => new(
        Name,
        origin,
        (frameworks.FirstOrDefault(static framework => framework.Framework == FrameworkReference.NetCoreApp) ?? frameworks[0]).Version.ToString(),
        [.. frameworks.Select(static framework => KeyValuePair.Create(framework.Framework, framework.Version.ToString()))],
        Newer(frameworks));

    // Of each framework the newest patch of the same major and minor version; a prerelease is only newer than a prerelease.
    private Availability Newer(KnownRuntime[] frameworks)
    {
        var newer = new List<KnownRuntime>();
        bool isKnown = false;
        foreach (KnownRuntime present in frameworks)
        {
            KnownRuntime[] line = [.. known.Where(runtime => runtime.Framework == present.Framework && runtime.Version.Major == present.Version.Major && runtime.Version.Minor == present.Version.Minor)];
            isKnown |= line.Length > 0;
            if (line.Where(runtime => present.Version.IsPrerelease || !runtime.Version.IsPrerelease).MaxBy(static runtime => runtime.Version) is { } newest && newest.Version > present.Version) newer.Add(newest);
        }
        return newer.Count > 0 ? Availability.Newer(newer[0].Version.ToString())
            : isKnown ? Availability.Current()
            : Availability.Unknown($"the SDK knows no patches of .NET {frameworks[0].Version.Major}.{frameworks[0].Version.Minor}");
    }

    private static KnownRuntime? Said(Image image, string variable, string framework) =>
        image.Config.Environment.LastOrDefault(entry => entry.Key == variable).Value is { } text && NuGetVersion.TryParse(text, out NuGetVersion? version) ? new KnownRuntime(framework, version) : null;
}

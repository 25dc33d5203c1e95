using BuildpackTasks.Lifecycle;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>What of .NET has to be added to a run image so that an app starts on it.</summary>
/// <param name="Runtimes">The packs of the shared frameworks, the base framework first; empty where the app or the run image has them.</param>
/// <param name="AppHost">The pack with the program that starts the app; null where there is one, or the run image's <c>dotnet</c> does it.</param>
public sealed record RuntimePlan(IReadOnlyList<RequiredPack> Runtimes, RequiredPack? AppHost)
{
    private static readonly RuntimePlan Nothing = new([], null);

    /// <summary>All packs that the plan needs.</summary>
    public IEnumerable<RequiredPack> Packs => AppHost is null ? Runtimes : Runtimes.Append(AppHost);

    /// <summary>Plans for an app on a run image.</summary>
    /// <param name="app">The app.</param>
    /// <param name="runImage">What it is stacked on.</param>
    /// <exception cref="DotNetException">
    /// BPT3010: a framework that no runtime pack holds. BPT3011: the run image's .NET does not serve the app. BPT3012: the wanted
    /// version does not. BPT3013: no known version serves all frameworks.
    /// </exception>
    public static RuntimePlan For(PublishedApp app, RunImageFacts runImage)
    {
        if (!app.IsFrameworkDependent) return Nothing;
        if (RunImageRuntime.Of(runImage) is { } present)
        {
            present.Require(app);
            return Nothing;
        }

        RuntimeIdentifier identifier = app.Project.RuntimeIdentifier;
        KnownRuntime[] chosen = Choose(app.Frameworks, reference => Choose(app.Project, reference));
        return new RuntimePlan(
            [.. chosen.Select(runtime => RequiredPack.Runtime(runtime.Framework, identifier, runtime.Version))],
            app.Executable is null ? RequiredPack.AppHost(identifier, chosen[0].Version) : null);
    }

    /// <summary>The shared frameworks, the base framework first, that serve an app.</summary>
    /// <param name="required">What the app needs.</param>
    /// <param name="choose">The version of a framework that is taken.</param>
    /// <exception cref="DotNetException">BPT3010: a framework that no runtime pack holds. BPT3013: no version serves all frameworks.</exception>
    internal static KnownRuntime[] Choose(IEnumerable<FrameworkReference> required, Func<FrameworkReference, NuGetVersion> choose)
    {
        var references = new Dictionary<string, FrameworkReference>(StringComparer.Ordinal);
        foreach (FrameworkReference reference in required)
        {
            if (reference.Name is not (FrameworkReference.NetCoreApp or FrameworkReference.AspNetCoreApp)) throw DotNetErrors.UnknownFramework(reference);
            references.TryAdd(reference.Name, reference);
        }

        FrameworkReference? netCore = references.GetValueOrDefault(FrameworkReference.NetCoreApp);
        if (!references.TryGetValue(FrameworkReference.AspNetCoreApp, out FrameworkReference? aspNetCore))
        {
            return [new KnownRuntime(netCore!.Name, choose(netCore))];
        }

        // ASP.NET Core needs the base framework of its own version or a later patch, whatever the app asks of that.
        NuGetVersion aspNetCoreVersion = choose(aspNetCore);
        var implied = new FrameworkReference(FrameworkReference.NetCoreApp, aspNetCoreVersion, RollForward.LatestPatch);
        if (netCore is not null && netCore.Version > implied.Version && RuntimeVersions.Serves(implied, netCore.Version)) implied = implied with { Version = netCore.Version };
        NuGetVersion netCoreVersion = choose(implied);
        if (netCore is not null && !RuntimeVersions.Serves(netCore, netCoreVersion)) throw DotNetErrors.FrameworksDisagree(netCore, aspNetCoreVersion);
        return [new KnownRuntime(FrameworkReference.NetCoreApp, netCoreVersion), new KnownRuntime(FrameworkReference.AspNetCoreApp, aspNetCoreVersion)];
    }

    // The host's own rules decide among the versions that the SDK knows: the layer holds what the host would take if all of them
    // were installed. The version that is asked for is always one of them.
    private static NuGetVersion Choose(PublishedProject project, FrameworkReference reference)
    {
        if (project.RuntimeVersion is { } wanted)
        {
            return RuntimeVersions.Resolve(reference, [wanted]) ?? throw DotNetErrors.WantedRuntimeDoesNotServe(wanted, reference);
        }
        IEnumerable<NuGetVersion> known = project.KnownRuntimes.Where(runtime => runtime.Framework == reference.Name).Select(static runtime => runtime.Version);
        return RuntimeVersions.Resolve(reference, known.Append(reference.Version))!;
    }
}

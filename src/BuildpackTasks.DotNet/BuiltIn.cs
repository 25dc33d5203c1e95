using System.Reflection;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet;

/// <summary>What the built-in buildpacks have in common.</summary>
internal static class BuiltIn
{
    // The Buildpack API whose rules the built-in buildpacks follow.
    private const string Api = "0.12";

    /// <summary>The version of this package, <c>X.Y.Z</c>.</summary>
    public static string Version { get; } = typeof(BuiltIn).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0];

    /// <summary>Describes a buildpack of this assembly: its version is the assembly's.</summary>
    public static BuildpackDescriptor Describe(BuildpackId id, string name) =>
        new(id, Version, Api, name);

    /// <summary>Reads the published app, or says why there is none.</summary>
    public static async Task<(PublishedApp? App, string Missing)> TryReadAsync(PublishedProject project, string directory, CancellationToken cancellationToken)
    {
        try
        {
            return (await PublishedApp.ReadAsync(project, directory, cancellationToken), "");
        }
        catch (DotNetException e) when (e.Code == "BPT3001")
        {
            return (null, $"no {Path.GetFileNameWithoutExtension(project.TargetFileName)}.runtimeconfig.json and no program");
        }
    }

    /// <summary>The pack of a plan, as NuGet has resolved it.</summary>
    /// <exception cref="DotNetException">BPT3014: it has not.</exception>
    public static ResolvedPack Find(IReadOnlyList<ResolvedPack> packs, RequiredPack pack) =>
        packs.FirstOrDefault(resolved => resolved.Pack == pack) ?? throw DotNetErrors.PackMissing(pack);
}

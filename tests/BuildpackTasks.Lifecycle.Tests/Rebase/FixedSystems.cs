using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>What a test says that layers hold, by the name of the lowest.</summary>
internal sealed class FixedSystems : ISystemReader
{
    public static SystemFacts Nothing { get; } = new(null, null, null, []);

    public Dictionary<Digest, SystemFacts> Systems { get; } = [];

    public int Readings { get; private set; }

    /// <summary>The facts that a case gives.</summary>
    public static SystemFacts Of(JsonNode? json) => json is null ? Nothing : new SystemFacts(
        (string?)json["name"], (string?)json["version"], (string?)json["c"],
        [.. (json["packages"]?.AsObject() ?? []).Select(static package => new InstalledPackage(package.Key, (string)package.Value!))]);

    public Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken)
    {
        Readings++;
        return Task.FromResult(Systems.GetValueOrDefault(layers[0].DiffId, Nothing));
    }

    public IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after)
    {
        var old = before.Packages.ToDictionary(static package => package.Name, static package => package.Version);
        var coming = after.Packages.ToDictionary(static package => package.Name, static package => package.Version);
        return
        [
            .. old.Keys.Union(coming.Keys).Order(StringComparer.Ordinal)
                .Select(name => (Name: name, Before: old.GetValueOrDefault(name), After: coming.GetValueOrDefault(name)))
                .Where(static package => package.Before != package.After)
                .Select(static package => new PackageChange(package.Name, package.Before, package.After,
                    package is { Before: not null, After: not null } && Version.Parse(package.After) < Version.Parse(package.Before))),
        ];
    }
}

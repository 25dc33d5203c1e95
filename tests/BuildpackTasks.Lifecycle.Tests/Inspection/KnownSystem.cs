using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>What rooms that know systems and runtimes would answer, for images whose layers nobody has.</summary>
internal sealed class KnownSystem : ISystemReader, IRunImageNews, IRuntimeReader
{
    public Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken) =>
        Task.FromResult(new SystemFacts("debian", "13", "glibc", [new InstalledPackage("libc6", "2.41-12"), new InstalledPackage("libssl3", "3.0.1")]) { PackageManager = "dpkg" });

    public IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after) => [];

    public Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken) => Task.FromResult(
        Availability.Newer($"{question.Name}@sha256:new") with { Packages = [new PackageChange("libssl3", "3.0.1", "3.0.2", false), new PackageChange("libnew", null, "1", false)] });

    public InspectedRuntime? Read(Image image, BuildpacksImage? buildpacks) =>
        new(".NET", "layer", "10.0.12", [new("Microsoft.NETCore.App", "10.0.12")], Availability.Current());
}

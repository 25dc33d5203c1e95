using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Nobody who can answer.</summary>
internal sealed class Refusing : ISystemReader, IRunImageNews, IRuntimeReader
{
    /// <summary>What it says, with its code.</summary>
    public static string Message => $"{Error.Code}: {Error.Message}";

    private static LifecycleException Error
    {
        get
        {
            try
            {
                LayerName.Parse("/");
                throw new InvalidOperationException("That is no name.");
            }
            catch (LifecycleException e)
            {
                return e;
            }
        }
    }

    public Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken) => throw Error;

    public IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after) => throw Error;

    public Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken) => throw Error;

    public InspectedRuntime? Read(Image image, BuildpacksImage? buildpacks) => throw Error;
}

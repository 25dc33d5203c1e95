using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Tells what system layers hold. What was read of the same layers once is remembered.</summary>
public interface ISystemReader
{
    /// <summary>Reads the system.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="name">What messages call the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">A layer cannot be had, or a record in it is malformed.</exception>
    Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken);

    /// <summary>What becomes of the packages where one system takes the place of another.</summary>
    /// <param name="before">The system that goes.</param>
    /// <param name="after">The one that comes.</param>
    /// <returns>Those that come, go, or have another version, by name.</returns>
    IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after);
}

using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Tells whether there is a newer run image than the one that an image has. Writes nothing and fetches no layers.</summary>
public interface IRunImageNews
{
    /// <summary>Asks.</summary>
    /// <param name="question">What the image has.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="CodedException">Who could tell cannot be asked.</exception>
    Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken);
}

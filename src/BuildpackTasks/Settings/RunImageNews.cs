using BuildpackTasks.Debian;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Asks for newer run images where each kind of them comes from.</summary>
/// <param name="session">What the build's tasks share.</param>
/// <param name="debianMirror"><c>DebianMirror</c>, or null.</param>
/// <param name="debianKeyring"><c>DebianKeyring</c>, or null.</param>
/// <param name="progress">Told of long work.</param>
internal sealed class RunImageNews(ImageSession session, string? debianMirror, string? debianKeyring, IProgress<string> progress) : IRunImageNews
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RegistryRunImageNews registry = new(session.Registries, session.Content, Patience);

    /// <inheritdoc/>
    public Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken)
    {
        if (question.Name == "scratch") return Task.FromResult(Availability.Current("it has no run image that could be newer"));
        if (DebianRunImageName.IsMeant(question.Name))
            return new DebianRunImageNews(DebianSources.FromMachine(debianMirror, debianKeyring), session.CacheKnowing(null), TimeProvider.System, progress).AskAsync(question, cancellationToken);
        // What a label names is read from registries only: it is not for an image to say which files of this machine are opened.
        return ImageLocation.IsInRegistry(question.Name)
            ? registry.AskAsync(question, cancellationToken)
            : Task.FromResult(Availability.Unknown("the run image was a file on the machine that built the image"));
    }
}

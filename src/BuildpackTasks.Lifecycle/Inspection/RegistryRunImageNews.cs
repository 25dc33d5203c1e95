using System.Collections.Concurrent;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Asks registries whether the tag of a run image stands for another image than the one that was found there. Each run image is asked
/// for once, and its layers are not.
/// </summary>
/// <param name="registries">Speaks to registries.</param>
/// <param name="content">Where manifests and configs are kept; null for nowhere.</param>
/// <param name="patience">How long an answer may take: an image can name any registry, also one that is gone.</param>
public sealed class RegistryRunImageNews(RegistryClient registries, ContentStore? content, TimeSpan patience) : IRunImageNews
{
    private readonly ConcurrentDictionary<(ImageReference, Platform), Lazy<Task<Image?>>> asked = new();

    /// <inheritdoc/>
    public async Task<Availability> AskAsync(RunImageQuestion question, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(question.Name, out ImageReference? reference)) return Availability.Unknown($"'{ShownText.Line(question.Name)}' is not an image of a registry");
        if (reference.Digest is not null) return Availability.Current("it was chosen by its digest, which always names the same");
        Image? found;
        try
        {
            found = await asked.GetOrAdd((reference, question.Platform), _ => new(() => FindAsync(reference, question.Platform, cancellationToken))).Value.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Availability.Unknown($"{reference.Registry} did not answer within {patience.TotalSeconds:0} seconds");
        }
        if (found is null) return Availability.Unknown($"{reference} is not there any more");
        return IsSame(found, question) ? Availability.Current() : Availability.Newer(reference.WithDigest(found.Digest).ToString());
    }

    // What a tool pins can be the index in place of the image; what counts is what is in it.
    private static bool IsSame(Image found, RunImageQuestion question) =>
        question.Reference is { } pinned && pinned.EndsWith("@" + found.Digest, StringComparison.Ordinal)
        || (question.DiffIds.Count > 0 && found.Layers.Select(static layer => layer.DiffId).SequenceEqual(question.DiffIds));

    private async Task<Image?> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(patience);
        return await new RegistryStore(registries, reference, content).ReadAsync(null, platform, limited.Token);
    }
}

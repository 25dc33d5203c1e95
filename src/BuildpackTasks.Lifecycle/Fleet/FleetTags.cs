using System.Buffers;
using System.Runtime.CompilerServices;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The tags of a repository, or of the repositories of a registry, that match patterns.</summary>
/// <param name="settings">Which tags a rebase keeps old images under: those are left out unless a pattern names them.</param>
/// <param name="tags">Lists the tags of a repository.</param>
/// <param name="repositories">Lists the repositories of a registry.</param>
public sealed class FleetTags(
    FleetSettings settings,
    Func<ImageReference, CancellationToken, IAsyncEnumerable<string>> tags,
    Func<string, CancellationToken, IAsyncEnumerable<string>> repositories)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // Distribution specification, "Referrers Tag Schema": the digest with '-' in place of ':'.
    private static readonly string[] ReferrersPrefixes = ["sha256-", "sha512-"];

    /// <summary>The tags of a repository.</summary>
    /// <param name="repository">The repository's name, such as <c>registry.example.com/shop/web</c>.</param>
    /// <param name="tagPatterns">Which tags.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="CodedException">BPT2261: the name has a tag or digest; BPT1002: it is none; or the registry does not list them.</exception>
    public async IAsyncEnumerable<FleetItem> OfRepositoryAsync(string repository, GlobPatterns tagPatterns, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ImageReference reference = ImageReference.Parse(repository);
        if (reference.Tag is not null || reference.Digest is not null) throw LifecycleErrors.NotARepository(repository);
        IReadOnlyList<KeepTag> kept = KeptTags.Known(settings);
        await foreach (string tag in tags(reference, cancellationToken).WithCancellation(cancellationToken))
        {
            if (Item(reference, tag, tagPatterns, kept) is { } item) yield return item;
        }
    }

    /// <summary>The tags of all repositories of a registry. A repository whose tags cannot be listed becomes an item that says so.</summary>
    /// <param name="registry">The registry's host, with its port where it has one.</param>
    /// <param name="repositoryPatterns">Which repositories.</param>
    /// <param name="tagPatterns">Which of their tags.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="CodedException">BPT2262: the name is no registry's; or the registry does not list its repositories.</exception>
    public async IAsyncEnumerable<FleetItem> OfRegistryAsync(string registry, GlobPatterns repositoryPatterns, GlobPatterns tagPatterns, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!ImageReference.TryParse($"{registry}/repository", out ImageReference? any) || any.Repository is not ("repository" or "library/repository")) throw LifecycleErrors.NotACatalog(registry);
        IReadOnlyList<KeepTag> kept = KeptTags.Known(settings);
        await foreach (string repository in repositories(any.Registry, cancellationToken).WithCancellation(cancellationToken))
        {
            if (!repositoryPatterns.Matches(repository)) continue;
            if (!ImageReference.TryParse($"{any.Registry}/{repository}", out ImageReference? reference) || reference.Tag is not null || reference.Digest is not null)
            {
                yield return FleetItem.Broken($"{any.Registry}/{repository}", LifecycleErrors.BadListing(any.Registry, repository));
                continue;
            }
            await using IAsyncEnumerator<string> listed = tags(reference, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                CodedException? problem = null;
                bool more = false;
                try
                {
                    more = await listed.MoveNextAsync();
                }
                catch (CodedException e)
                {
                    problem = e;
                }
                if (problem is not null) yield return FleetItem.Broken($"{any.Registry}/{repository}", problem);
                if (!more) break;
                if (Item(reference, listed.Current, tagPatterns, kept) is { } item) yield return item;
            }
        }
    }

    private static FleetItem? Item(ImageReference repository, string tag, GlobPatterns patterns, IReadOnlyList<KeepTag> kept)
    {
        if (!patterns.Matches(tag)) return null;
        if (!ImageReference.IsTag(tag)) return FleetItem.Broken($"{repository}:{tag}", LifecycleErrors.BadListing(repository.ToString(), tag));
        bool isLeftOut = IsReferrers(tag) || kept.Any(keepTag => keepTag.Makes(tag));
        return isLeftOut && !patterns.Names(tag) ? null : FleetItem.Of(repository, tag);
    }

    // With a suffix too: signatures and attestations that other tools put beside an image, such as sha256-HEX.sig.
    private static bool IsReferrers(string tag) =>
        ReferrersPrefixes.Any(prefix => tag.StartsWith(prefix, StringComparison.Ordinal)) && tag.Length >= 7 + 64 && !tag.AsSpan(7, 64).ContainsAnyExcept(HexDigits);
}

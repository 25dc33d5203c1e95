using System.Runtime.CompilerServices;

namespace BuildpackTasks.Oci;

/// <summary>
/// What a registry holds by name (distribution specification, "Listing Tags"; distribution project, "Listing Repositories"). Lists come
/// page by page; what a registry lists is checked and bounded: a hostile one could list without end.
/// </summary>
public sealed class RegistryListing
{
    private readonly RegistryClient client;
    private readonly int pageSize;

    /// <param name="client">Speaks to registries.</param>
    public RegistryListing(RegistryClient client)
        : this(client, ListPages.LargestPage)
    {
    }

    /// <param name="client">Speaks to registries.</param>
    /// <param name="pageSize">How many names to ask for at once.</param>
    internal RegistryListing(RegistryClient client, int pageSize)
    {
        this.client = client;
        this.pageSize = pageSize;
    }

    /// <summary>The tags of a repository, in the registry's order.</summary>
    /// <param name="repository">The repository; a tag or digest of the name does not count.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="OciException">
    /// BPT1142: there is no such repository. BPT1143: what it lists cannot be used. BPT1101 to BPT1117: the registry cannot be read.
    /// </exception>
    public IAsyncEnumerable<string> TagsAsync(ImageReference repository, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return ListAsync(new TagList(repository), client.Connect(repository.Registry), cancellationToken);
    }

    /// <summary>The repositories of a registry, in its order: those that the account may see.</summary>
    /// <param name="registry">The registry's host, with <c>:port</c> where it has one.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="OciException">
    /// BPT1140: that is no registry's name. BPT1141: the registry has no catalogue, or shows it to others only. BPT1143: what it lists cannot be
    /// used. BPT1101 to BPT1117: the registry cannot be read.
    /// </exception>
    public IAsyncEnumerable<string> RepositoriesAsync(string registry, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(registry);
        // A text with a path would name a repository of the registry.
        if (registry.Contains('/', StringComparison.Ordinal) || !ImageReference.TryParse($"{registry}/any/name", out ImageReference? any) || any.Repository != "any/name")
            throw OciErrors.NotARegistryName(registry);
        return ListAsync(new Catalogue(any), client.Connect(any.Registry), cancellationToken);
    }

    private async IAsyncEnumerable<string> ListAsync(NameList list, RegistryConnection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<string> page in new ListPages(connection, list, pageSize).ReadAsync(cancellationToken))
        {
            foreach (string name in page) yield return name;
        }
    }
}

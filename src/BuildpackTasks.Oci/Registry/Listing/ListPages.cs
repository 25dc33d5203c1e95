using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>Reads a list of names page by page, as far as the registry says that there is more, and as far as it may go.</summary>
/// <param name="connection">The registry.</param>
/// <param name="list">The list.</param>
/// <param name="pageSize">How many names to ask for at once; a registry may give more or fewer.</param>
internal sealed class ListPages(RegistryConnection connection, NameList list, int pageSize)
{
    /// <summary>How many names to ask for where nothing speaks against it: what docker's registry gives at most.</summary>
    public const int LargestPage = 1000;

    private const int SmallPage = 100;
    private const int MaxNames = 1_000_000;
    private const int MaxEmptyPages = 100;
    private const long MaxPageLength = 32 << 20;

    public async IAsyncEnumerable<IReadOnlyList<string>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Uri? next = null;
        Uri? passed = null;
        long names = 0;
        int empty = 0;
        for (long pages = 1; ; pages++)
        {
            (IReadOnlyList<string> page, next) = next is null ? await ReadFirstAsync(cancellationToken) : await ReadAsync(next, cancellationToken) ?? throw Bad("a page of it is refused");
            yield return page;

            if (next is null) yield break;
            if ((names += page.Count) > MaxNames) throw Bad($"it has more than {MaxNames} names");
            empty = page.Count == 0 ? empty + 1 : 0;
            if (empty > MaxEmptyPages) throw Bad("it goes on without a name");
            // A circle of any length comes back to the page that is held on to, if that is moved on at powers of two (R. P. Brent).
            if (next == passed) throw Bad("its pages go in a circle");
            if (long.IsPow2(pages)) passed = next;
        }
    }

    // Some registries refuse to be asked for as much as others give, and some to be asked for any number.
    private async Task<(IReadOnlyList<string> Names, Uri? Next)> ReadFirstAsync(CancellationToken cancellationToken)
    {
        foreach (int count in new[] { pageSize, SmallPage })
        {
            Uri target = RegistryRequest.Path(string.Create(CultureInfo.InvariantCulture, $"{list.Path}?n={count}"));
            if (await ReadAsync(target, cancellationToken) is { } page) return page;
        }
        return await ReadAsync(RegistryRequest.Path(list.Path), cancellationToken) ?? throw Bad("it is refused");
    }

    // Null where the question has another form than the registry likes.
    private async Task<(IReadOnlyList<string> Names, Uri? Next)?> ReadAsync(Uri target, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest { Method = HttpMethod.Get, Target = target, Scope = list.Scope, Action = $"list {list.Name}" };
        try
        {
            return await connection.Retry.RunAsync(attempt => ReadOnceAsync(request, attempt), cancellationToken);
        }
        catch (OciException e) when (e.Code is OciErrors.UnauthorizedCode or OciErrors.ForbiddenCode && list.Refused(e) is { } refused)
        {
            throw refused;
        }
    }

    private async Task<(IReadOnlyList<string> Names, Uri? Next)?> ReadOnceAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            (bool isRegistry, _, string? detail) = await RegistryAnswer.ErrorAsync(response, cancellationToken);
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity) return null;
            throw list.Missing(response.StatusCode, isRegistry, detail) ?? RegistryAnswer.Unexpected(response, connection.Host, request.Action, isRegistry, detail);
        }
        try
        {
            using Stream body = await RegistryAnswer.BodyAsync(response, cancellationToken);
            byte[] bytes = await BoundedReader.ReadAsync(body, MaxPageLength, () => Bad($"a page of it has more than {MaxPageLength} bytes"), cancellationToken);
            return (Names(bytes), Next(response));
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransientException(OciErrors.Truncated(list.Scope.Name, $"the list of {list.Name}", e));
        }
    }

    private List<string> Names(byte[] bytes)
    {
        var names = new List<string>();
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(list.Member, out JsonElement member)) throw Bad($"there is no '{list.Member}' in it");
            // A repository without tags has none, or null.
            if (member.ValueKind == JsonValueKind.Null) return names;
            foreach (JsonElement element in member.EnumerateArray())
            {
                string name = element.GetString() ?? throw new JsonException();
                if (!list.IsName(name)) throw Bad($"'{Quoted.OneLine(name, 100)}' is not a name that can be in it");
                if (names.Count == MaxNames) throw Bad($"it has more than {MaxNames} names");
                names.Add(name);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Bad("it is not the JSON that the specification describes");
        }
        return names;
    }

    private Uri? Next(HttpResponseMessage response)
    {
        string? link = response.Headers.NonValidated.TryGetValues("Link", out var values) ? NextLink.Find(string.Join(',', values)) : null;
        if (link is null) return null;
        Uri asked = response.RequestMessage!.RequestUri!;
        if (!Uri.TryCreate(asked, link, out Uri? next)) throw Bad("the address of its next page is none");
        // Registries behind a proxy that ends TLS can take themselves to be on plain HTTP: it is asked where it has been.
        bool isSame = AddressRules.SameHost(asked, next) && next.Scheme is "http" or "https" && (next.Port == asked.Port || (next.IsDefaultPort && asked.IsDefaultPort));
        return isSame ? RegistryRequest.Path(next.PathAndQuery) : throw Bad("its next page is on another host");
    }

    private OciException Bad(string reason) => OciErrors.BadListing(list.Name, reason);
}

using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>
/// Knows what one registry asks for and what it has been given: the scheme is learnt from its first refusal, tokens are kept
/// for each scope until they expire, credentials are looked for only when they are asked for.
/// </summary>
internal sealed class RegistryAuthenticator(RegistryEndpoint endpoint, RedirectFollower redirects, CredentialFinder credentials, TimeProvider time) : IDisposable
{
    // A client can go through thousands of repositories.
    private const int Remembered = 256;

    private readonly RecentMap<string, RegistryToken> tokens = new(Remembered);
    private readonly RecentMap<(string, RegistryAccess), CredentialSearch> searches = new(Remembered);
    private readonly RecentMap<string, bool> served = new(Remembered);

    // One request for a token at a time for each repository, not for the registry as a whole: token servers can be slow.
    private readonly Turns<string> turns = new();
    private readonly SemaphoreSlim searching = new(1);
    private readonly TokenServer tokenServer = new(redirects, time);
    private volatile Challenge? accepted;

    /// <summary>The header that a request needs as far as is known, or null for none.</summary>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(RegistryScope scope, CancellationToken cancellationToken)
    {
        Challenge? challenge = accepted;
        if (challenge is null) return null;
        if (challenge.Scheme == "bearer" && ValidToken(scope) is { } known) return Bearer(known);

        if (challenge.Scheme == "basic") return await BasicAsync(scope, cancellationToken);
        using IDisposable turn = await turns.EnterAsync(scope.Repository.Repository, cancellationToken);
        return Bearer(ValidToken(scope) ?? await NewTokenAsync(challenge, scope, cancellationToken));
    }

    /// <summary>Takes in a refusal.</summary>
    /// <param name="response">The answer with status 401.</param>
    /// <param name="scope">What was to be allowed.</param>
    /// <param name="refused">What the request carried because it was thought to be right, or null.</param>
    /// <param name="again">Whether the same request has been refused before.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether asking again can do better.</returns>
    public async Task<bool> AnswerAsync(HttpResponseMessage response, RegistryScope scope, AuthenticationHeaderValue? refused, bool again, CancellationToken cancellationToken)
    {
        IReadOnlyList<Challenge> challenges = Challenge.Parse(response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? values : []);
        Challenge? chosen = challenges.FirstOrDefault(static challenge => challenge.Scheme == "bearer" && challenge.Parameter("realm") is not null)
            ?? challenges.FirstOrDefault(static challenge => challenge.Scheme == "basic");
        if (chosen is null) return false;

        bool learnt = accepted is null || accepted.Scheme != chosen.Scheme || accepted.Parameter("realm") != chosen.Parameter("realm");
        accepted = chosen;
        if (chosen.Scheme == "bearer")
        {
            // A token that is refused before its time (a restarted registry, another clock) is replaced once, however many requests
            // had it: one of them has removed it first, and another one's new token is not to be removed.
            if (!tokens.TryGet(Key(scope), out RegistryToken? token) || token.Value.Reveal() != refused?.Parameter) return true;
            tokens.Remove(Key(scope), token);
            // A new token that is refused at once will be refused for ever, unless one has served before: others have used it up.
            return !again || served.Has(Key(scope));
        }
        return !again && (learnt || refused is null) && (await SearchAsync(scope, cancellationToken)).Found is not null;
    }

    /// <summary>Takes in that a request was let through.</summary>
    /// <param name="scope">What was allowed.</param>
    /// <param name="authorization">What the request carried.</param>
    public void Accept(RegistryScope scope, AuthenticationHeaderValue? authorization)
    {
        if (authorization?.Scheme == "Bearer") served.Set(Key(scope), true);
    }

    /// <summary>What was done to find credentials, as messages say it.</summary>
    public string Describe(RegistryScope scope) =>
        searches.TryGet(SearchKey(scope), out CredentialSearch? search) ? search.ToString() : "it asked for no credentials that are known here";

    public void Dispose() => searching.Dispose();

    private RegistryToken? ValidToken(RegistryScope scope) =>
        tokens.TryGet(Key(scope), out RegistryToken? token) && token.Expires > time.GetUtcNow() ? token : null;

    private async Task<RegistryToken> NewTokenAsync(Challenge challenge, RegistryScope scope, CancellationToken cancellationToken)
    {
        CredentialSearch search = await SearchAsync(scope, cancellationToken);
        RegistryCredential? credential = search.Found;
        // Whoever reads the token on its way can use it, so one that was got with credentials is worth as much as they are.
        if (credential is not null) RequirePrivacy();
        RegistryToken token = await tokenServer.GetAsync(challenge, Scopes(challenge, scope), credential, cancellationToken)
            ?? throw OciErrors.Unauthorized(scope.Name, search.ToString(), null);
        tokens.Set(Key(scope), token);
        // What may read another repository as well may do all that it was given for this one.
        if (scope.MountFrom is not null && ValidToken(scope with { MountFrom = null }) is null) tokens.Set(Key(scope with { MountFrom = null }), token);
        return token;
    }

    private async Task<AuthenticationHeaderValue?> BasicAsync(RegistryScope scope, CancellationToken cancellationToken)
    {
        RegistryCredential? credential = (await SearchAsync(scope, cancellationToken)).Found;
        if (credential is null) return null;
        RequirePrivacy();
        return TokenServer.BasicHeader(credential);
    }

    private async Task<CredentialSearch> SearchAsync(RegistryScope scope, CancellationToken cancellationToken)
    {
        (string, RegistryAccess Access) key = SearchKey(scope);
        if (searches.TryGet(key, out CredentialSearch? known)) return known;
        // A helper may ask its user something: once, however many requests are on their way.
        await searching.WaitAsync(cancellationToken);
        try
        {
            if (searches.TryGet(key, out known)) return known;
            CredentialSearch search = await credentials.FindAsync(scope.Repository, key.Access, cancellationToken);
            searches.Set(key, search);
            return search;
        }
        finally
        {
            searching.Release();
        }
    }

    private void RequirePrivacy()
    {
        if (endpoint.Root.Scheme != "https" && !AddressRules.IsLoopback(endpoint.Root)) throw OciErrors.CredentialsInTheClear(endpoint.Root.Authority);
    }

    // Some registries ask for a scope of their own beside the specification's: whoever wants to be served gets it too.
    private static IReadOnlyList<string> Scopes(Challenge challenge, RegistryScope scope)
    {
        string[] asked = (challenge.Parameter("scope") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> others = asked.Where(static text => !text.StartsWith("repository:", StringComparison.Ordinal));
        return [.. scope.Texts.Union(others).Order(StringComparer.Ordinal)];
    }

    // Whoever writes also gives up: that is one search for credentials, not two.
    private static (string, RegistryAccess) SearchKey(RegistryScope scope) =>
        (scope.Repository.Repository, scope.Access is RegistryAccess.Pull or RegistryAccess.List ? RegistryAccess.Pull : RegistryAccess.Push);

    private static string Key(RegistryScope scope) => $"{scope.Access} {string.Join(' ', scope.Texts)}";

    private static AuthenticationHeaderValue Bearer(RegistryToken token) => new("Bearer", token.Value.Reveal());
}

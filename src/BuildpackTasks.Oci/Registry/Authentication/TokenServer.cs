using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>
/// Gets tokens (distribution project, "Token Authentication Specification" and "OAuth2 Token Authentication"). Where it may be
/// is checked like a redirect: a hostile registry could name any address.
/// </summary>
internal sealed class TokenServer(RedirectFollower redirects, TimeProvider time)
{
    private const int MaxAnswerLength = 1 << 20;

    // What the specification says a token lives when the server does not say.
    private static readonly TimeSpan DefaultLife = TimeSpan.FromSeconds(60);

    /// <summary>Gets a token.</summary>
    /// <returns>The token, or null where the server refuses the credentials.</returns>
    public async Task<RegistryToken?> GetAsync(Challenge challenge, IReadOnlyList<string> scopes, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        string realmText = challenge.Parameter("realm") ?? "";
        if (!Uri.TryCreate(realmText, UriKind.Absolute, out Uri? realm)) throw OciErrors.BadTokenAnswer(realmText, "that is not an address");
        string name = realm.GetLeftPart(UriPartial.Path);
        if (credential is not null && realm.Scheme != "https" && !AddressRules.IsLoopback(realm)) throw OciErrors.CredentialsInTheClear(realm.Authority);

        string? service = challenge.Parameter("service");
        bool exchange = credential is { IsIdentityToken: true };
        Uri target = exchange ? realm : WithQuery(realm, service, scopes);
        using HttpResponseMessage response = await redirects.SendAsync(
            target,
            to => !exchange ? new HttpRequestMessage(HttpMethod.Get, to)
                // Here it is the body that holds the secret.
                : AddressRules.SameAuthority(to, realm) ? Exchange(to, service, scopes, credential!)
                : throw OciErrors.BadTokenAnswer(name, "it redirects to another host, which identity tokens are not for"),
            credential is null || exchange ? null : BasicHeader(credential),
            realm,
            cancellationToken);

        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            || (exchange && response.StatusCode == HttpStatusCode.BadRequest)) return null;
        await RegistryAnswer.ThrowIfTransientAsync(response, realm.Authority, "give a token", time, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK) throw OciErrors.BadTokenAnswer(name, $"it answers {(int)response.StatusCode}");
        using Stream body = await RegistryAnswer.BodyAsync(response, cancellationToken);
        try
        {
            byte[] bytes = await BoundedReader.ReadAsync(body, MaxAnswerLength, () => OciErrors.BadTokenAnswer(name, "its answer is too long"), cancellationToken);
            return Read(bytes, name);
        }
        catch (IOException e)
        {
            throw new TransientException(OciErrors.CannotConnect(realm.Authority, e.Message, e));
        }
    }

    /// <summary>Credentials as the Basic scheme sends them (RFC 7617).</summary>
    public static AuthenticationHeaderValue BasicHeader(RegistryCredential credential) =>
        new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{credential.UserName}:{credential.Password.Reveal()}")));

    private RegistryToken Read(byte[] bytes, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            string? token = Text(root, "token") is { Length: > 0 } text ? text : Text(root, "access_token");
            if (string.IsNullOrEmpty(token) || token.Any(static character => character is <= ' ' or > '~'))
                throw OciErrors.BadTokenAnswer(name, "there is none in its answer");
            TimeSpan life = root.TryGetProperty("expires_in", out JsonElement seconds) && seconds.ValueKind == JsonValueKind.Number && seconds.TryGetInt32(out int number) && number > 0
                ? TimeSpan.FromSeconds(number)
                : DefaultLife;
            // Not used to the last moment: a request takes a while to arrive.
            return new RegistryToken(new Secret(token), time.GetUtcNow() + (life * 0.9));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw OciErrors.BadTokenAnswer(name, "its answer is not the JSON that the specification describes");
        }
    }

    private static HttpRequestMessage Exchange(Uri target, string? service, IReadOnlyList<string> scopes, RegistryCredential credential) =>
        new(HttpMethod.Post, target)
        {
            Content = new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "refresh_token"),
                KeyValuePair.Create("service", service ?? ""),
                KeyValuePair.Create("client_id", "BuildpackTasks"),
                KeyValuePair.Create("scope", string.Join(' ', scopes)),
                KeyValuePair.Create("refresh_token", credential.Password.Reveal()),
            ]),
        };

    private static Uri WithQuery(Uri realm, string? service, IReadOnlyList<string> scopes)
    {
        IEnumerable<string> parts = scopes.Select(static scope => $"scope={Uri.EscapeDataString(scope)}");
        if (!string.IsNullOrEmpty(service)) parts = parts.Prepend($"service={Uri.EscapeDataString(service)}");
        return new UriBuilder(realm) { Query = string.Join('&', realm.Query.Length > 1 ? parts.Prepend(realm.Query[1..]) : parts) }.Uri;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Testing;

/// <summary>A token server whose tokens a real registry verifies (distribution project, "Token Authentication Implementation").</summary>
public sealed class TestTokenServer : IAsyncDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ConcurrentQueue<string> given = new();
    private WebServer? server;

    private TestTokenServer()
    {
        var request = new CertificateRequest("CN=test-issuer", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }

    /// <summary>The user who gets what is asked for; everybody else may read what is named <c>public/…</c>.</summary>
    public string User { get; init; } = "ada";

    public string Password { get; init; } = "pa:ss wörd";

    public string IdentityToken { get; init; } = "identity-token-of-ada";

    /// <summary>What its answers say the token lives; the token itself lives an hour.</summary>
    public int ExpiresIn { get; init; } = 300;

    public string Realm => server!.Url + "token";

    /// <summary>Every request: how who asked said who it is, and the scopes.</summary>
    public string[] Requests => [.. requests];

    /// <summary>Every token that it has given.</summary>
    public string[] Given => [.. given];

    public static Task<TestTokenServer> StartAsync(int expiresIn = 300) => StartAsync(new TestTokenServer { ExpiresIn = expiresIn });

    /// <summary>Starts one that knows one user.</summary>
    public static Task<TestTokenServer> StartAsync(string user, string password, string identityToken) =>
        StartAsync(new TestTokenServer { User = user, Password = password, IdentityToken = identityToken });

    private static async Task<TestTokenServer> StartAsync(TestTokenServer tokens)
    {
        tokens.server = await WebServer.StartAsync(tokens.AnswerAsync);
        return tokens;
    }

    /// <summary>Writes the certificate of its tokens and gives the file's path.</summary>
    public string WriteCertificate(string directory)
    {
        string path = Path.Combine(directory, "tokens.pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await server!.DisposeAsync();
        certificate.Dispose();
        key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        string who;
        string?[] scopes;
        bool known;
        if (context.Request.Method == "POST")
        {
            IFormCollection form = await context.Request.ReadFormAsync();
            scopes = form["scope"].ToString().Split(' ');
            known = form["grant_type"] == "refresh_token" && form["refresh_token"] == IdentityToken && form["service"] == "test-registry" && form["client_id"].Count == 1;
            who = "identity token";
        }
        else
        {
            string header = context.Request.Headers.Authorization.ToString();
            scopes = [.. context.Request.Query["scope"]];
            known = header == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
            who = header.Length == 0 ? "nobody" : known ? User : "stranger";
            if (context.Request.Query["service"] != "test-registry") known = false;
        }
        requests.Enqueue($"{who} {string.Join(' ', scopes)}");
        if (!known && who != "nobody")
        {
            context.Response.StatusCode = 401;
            return;
        }
        string name = context.Request.Method == "POST" ? "access_token" : "token";
        string token = Sign(scopes, known);
        given.Enqueue(token);
        await context.Response.WriteAsJsonAsync(new Dictionary<string, object> { [name] = token, ["expires_in"] = ExpiresIn });
    }

    private string Sign(string?[] scopes, bool known)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)) };
        var access = new JsonArray();
        foreach (string? scope in scopes)
        {
            if (scope?.Split(':') is not [var type, var name, var actions]) continue;
            string[] granted = known ? actions.Split(',') : name.StartsWith("public/", StringComparison.Ordinal) ? ["pull"] : [];
            access.Add(new JsonObject { ["type"] = type, ["name"] = name, ["actions"] = new JsonArray([.. granted.Select(static action => (JsonNode)action)]) });
        }
        var claims = new JsonObject
        {
            ["iss"] = "test-issuer",
            ["sub"] = known ? User : "",
            ["aud"] = "test-registry",
            ["exp"] = now + 3600,
            ["nbf"] = now - 60,
            ["iat"] = now,
            ["jti"] = Guid.NewGuid().ToString("N"),
            ["access"] = access,
        };
        string content = $"{Encode(header)}.{Encode(claims)}";
        return $"{content}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

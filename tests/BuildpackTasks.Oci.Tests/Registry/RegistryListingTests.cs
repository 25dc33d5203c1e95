using System.Globalization;
using System.Text.Json;
using BuildpackTasks.Testing;
using Microsoft.AspNetCore.Http;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryListingTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_catalogue_is_read_page_by_page()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        foreach (string repository in new[] { "shop/web", "a", "shop/api", "b/c/d", "z" }) await PushAsync(client, $"{registry.Host}/{repository}", "1");
        await registry.ClearRequestsAsync(Token);

        string[] repositories = await AllAsync(new RegistryListing(client, pageSize: 2).RepositoriesAsync(registry.Host, Token));

        Assert.AreEqual("a b/c/d shop/api shop/web z", string.Join(' ', repositories));
        Assert.AreEqual(
            "GET /v2/_catalog?n=2 200, GET /v2/_catalog?last=b%2Fc%2Fd&n=2 200, GET /v2/_catalog?last=shop%2Fweb&n=2 200",
            string.Join(", ", await registry.GetRequestsAsync(Token)));
        CollectionAssert.AreEqual(repositories, await AllAsync(new RegistryListing(client).RepositoriesAsync(registry.Host, Token)));
    }

    [TestMethod]
    public async Task The_tags_of_a_repository_are_listed()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var repository = ImageReference.Parse($"{registry.Host}/shop/web");
        await PushAsync(client, repository.ToString(), "1.0", "latest", "1.1");
        var listing = new RegistryListing(client);

        string[] tags = await AllAsync(listing.TagsAsync(repository, Token));
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => AllAsync(listing.TagsAsync(ImageReference.Parse($"{registry.Host}/no/such"), Token)));

        Assert.AreEqual("1.0 1.1 latest", string.Join(' ', tags.Order(StringComparer.Ordinal)));
        Assert.AreEqual("BPT1142", error.Code);
    }

    [TestMethod]
    public async Task A_catalogue_is_read_with_a_token_for_it()
    {
        using var directory = new TemporaryDirectory();
        await using TestTokenServer tokens = await TestTokenServer.StartAsync();
        await using RegistryServer registry = await RegistryServer.StartAsync(new Testing.RegistryOptions { TokenRealm = tokens.Realm, TokenCertificateFile = tokens.WriteCertificate(directory.Path) }, Token);
        var variables = new Dictionary<string, string> { ["DOTNET_CONTAINER_PULL_REGISTRY_UNAME"] = tokens.User, ["DOTNET_CONTAINER_PULL_REGISTRY_PWORD"] = tokens.Password };
        using var client = new RegistryClient(new RegistryOptions { Credentials = new CredentialEnvironment(variables, null) });
        using var nobody = new RegistryClient(new RegistryOptions());

        string[] repositories = await AllAsync(new RegistryListing(client).RepositoriesAsync(registry.Host, Token));
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => AllAsync(new RegistryListing(nobody).RepositoriesAsync(registry.Host, Token)));

        Assert.IsEmpty(repositories);
        Assert.AreEqual("ada registry:catalog:*", tokens.Requests[0]);
        Assert.AreEqual("BPT1141", error.Code);
    }

    [TestMethod]
    [DataRow(404)]
    [DataRow(405)]
    [DataRow(403)]
    [DataRow(401)]
    public async Task A_registry_without_a_catalogue_says_so_and_what_to_do(int status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Path.Contains("_catalog", StringComparison.Ordinal) ? new Fault(FaultKind.Answer, status) : null);
        using var client = new RegistryClient(new RegistryOptions());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => AllAsync(new RegistryListing(client).RepositoriesAsync(proxy.Host, Token)));

        Assert.AreEqual("BPT1141", error.Code);
        Assert.Contains("ImageList", error.Message);
    }

    [TestMethod]
    public async Task A_page_that_fails_for_a_passing_reason_is_asked_for_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        foreach (string repository in new[] { "a", "b", "c" }) await PushAsync(client, $"{registry.Host}/{repository}", "1");
        await using FaultProxy proxy = await FaultProxy.StartAsync(
            registry.Url, request => request.Index switch { 0 => new Fault(FaultKind.Answer, 503), 2 => new Fault(FaultKind.CutInAnswer), 4 => new Fault(FaultKind.CutBeforeBody), _ => null });

        string[] repositories = await AllAsync(new RegistryListing(client, pageSize: 1).RepositoriesAsync(proxy.Host, Token));

        Assert.AreEqual("a b c", string.Join(' ', repositories));
    }

    [TestMethod]
    [DataRow("localhost:5000/a")]
    [DataRow("shop")]
    [DataRow("")]
    [DataRow("http://localhost:5000")]
    [DataRow("localhost:5000@x")]
    public void What_is_no_registrys_name_is_refused(string registry)
    {
        using var client = new RegistryClient(new RegistryOptions());

        Assert.AreEqual("BPT1140", Assert.ThrowsExactly<OciException>(() => new RegistryListing(client).RepositoriesAsync(registry, Token)).Code);
    }

    [TestMethod]
    [DataRow("""<?page=1>; rel="next" """, DisplayName = "relative to the page")]
    [DataRow("""</v2/web/tags/list?page=1>; rel=next""", DisplayName = "relative to the host, not quoted")]
    [DataRow("""</x>; rel="first", <http://HOST/v2/web/tags/list?page=1>; title="a; b"; rel="next" """, DisplayName = "one of several, absolute")]
    public async Task The_next_page_is_where_the_link_says(string link)
    {
        await using WebServer server = await ServeAsync((context, page) => page == 0 ? ("""{"tags":["a"]}""", link.Replace("HOST", context.Request.Host.Value, StringComparison.Ordinal)) : ("""{"tags":["b"]}""", null));

        Assert.AreEqual("a b", string.Join(' ', await ReadAsync(server)));
    }

    [TestMethod]
    public async Task A_repository_without_tags_has_none() =>
        Assert.IsEmpty(await ReadAsync(await ServeAsync(static (_, _) => ("""{"name":"web","tags":null}""", null))));

    [TestMethod]
    public async Task A_registry_that_does_not_want_to_be_asked_for_so_many_is_asked_for_fewer()
    {
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            if (context.Request.Query.ContainsKey("n")) context.Response.StatusCode = 400;
            else await context.Response.WriteAsync("""{"tags":["a"]}""");
        });

        Assert.AreEqual("a", string.Join(' ', await ReadAsync(server)));
        Assert.AreEqual("GET /v2/web/tags/list?n=1000, GET /v2/web/tags/list?n=100, GET /v2/web/tags/list", string.Join(", ", server.Requests));
    }

    [TestMethod]
    [DataRow("""["a"]""", "no 'tags'")]
    [DataRow("""{"repositories":["a"]}""", "no 'tags'")]
    [DataRow("""{"tags":{"a":1}}""", "not the JSON")]
    [DataRow("""{"tags":["a",1]}""", "not the JSON")]
    [DataRow("""{"tags":["a",null]}""", "not the JSON")]
    [DataRow("""{"tags":["a" """, "not the JSON")]
    [DataRow("""{"tags":["../../x"]}""", "'../../x' is not a name")]
    [DataRow("""{"tags":[""]}""", "'' is not a name")]
    [DataRow("""{"tags":["a\nb"]}""", "is not a name")]
    public async Task What_is_no_list_of_tags_is_refused(string body, string reason)
    {
        await using WebServer server = await ServeAsync((_, _) => (body, null));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(server));

        Assert.AreEqual("BPT1143", error.Code);
        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    [DataRow("<http://example.invalid/v2/web/tags/list?page=1>; rel=next", "another host")]
    [DataRow("<http://127.0.0.1:1/v2/web/tags/list?page=1>; rel=next", "another host")]
    [DataRow("<//example.invalid/x>; rel=next", "another host")]
    [DataRow("<file:///etc/passwd>; rel=next", "another host")]
    [DataRow("<http://[>; rel=next", "is none")]
    [DataRow("<?page=0>; rel=next", "circle")]
    public async Task A_next_page_that_leads_elsewhere_or_back_is_refused(string link, string reason)
    {
        await using WebServer server = await ServeAsync((_, _) => ("""{"tags":["a"]}""", link));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(server));

        Assert.AreEqual("BPT1143", error.Code);
        Assert.Contains(reason, error.Message);
        Assert.IsLessThan(10, server.Requests.Length);
    }

    [TestMethod]
    public async Task A_circle_of_several_pages_ends()
    {
        await using WebServer server = await ServeAsync((_, page) => ("""{"tags":["a"]}""", $"<?page={(page % 7) + 1}>; rel=next"));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(server));

        Assert.Contains("circle", error.Message);
        Assert.IsLessThan(30, server.Requests.Length);
    }

    [TestMethod]
    public async Task A_list_without_end_ends()
    {
        string[] names = [.. Enumerable.Range(0, 60_000).Select(static number => $"tag-{number}")];
        string body = JsonSerializer.Serialize(new { tags = names });
        await using WebServer full = await ServeAsync((_, page) => (body, $"<?page={page + 1}>; rel=next"));
        await using WebServer empty = await ServeAsync((_, page) => ("""{"tags":[]}""", $"<?page={page + 1}>; rel=next"));

        OciException tooMany = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(full)), nothing = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(empty));

        Assert.Contains("more than 1000000 names", tooMany.Message);
        Assert.Contains("without a name", nothing.Message);
        Assert.HasCount(101, empty.Requests);
    }

    [TestMethod]
    public async Task A_page_that_is_too_long_is_not_read_to_its_end()
    {
        long written = 0;
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            byte[] piece = new byte[1 << 20];
            piece.AsSpan().Fill((byte)' ');
            try
            {
                for (; written < 100 << 20; written += piece.Length) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
            }
        });

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ReadAsync(server));

        Assert.Contains("more than 33554432 bytes", error.Message);
    }

    private static Task<WebServer> ServeAsync(Func<HttpContext, int, (string Body, string? Link)> answer) => WebServer.StartAsync(context =>
    {
        int page = int.TryParse(context.Request.Query["page"], CultureInfo.InvariantCulture, out int number) ? number : 0;
        (string body, string? link) = answer(context, page);
        if (link is not null) context.Response.Headers.Link = link;
        return context.Response.WriteAsync(body);
    });

    private async Task<string[]> ReadAsync(WebServer server)
    {
        using var client = new RegistryClient(new RegistryOptions());
        return await AllAsync(new RegistryListing(client).TagsAsync(ImageReference.Parse($"{server.Host}/web"), Token));
    }

    private static async Task<string[]> AllAsync(IAsyncEnumerable<string> names)
    {
        var all = new List<string>();
        await foreach (string name in names) all.Add(name);
        return [.. all];
    }

    private async Task PushAsync(RegistryClient client, string repository, params string[] tags) =>
        await new RegistryStore(client, ImageReference.Parse(repository)).WriteAsync(Image.Empty(TestImage.Platform), tags, null, Token);
}

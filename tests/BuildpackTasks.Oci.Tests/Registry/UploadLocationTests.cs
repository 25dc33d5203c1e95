using System.Net;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class UploadLocationTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("/upload/1", "/upload/1?digest=DIGEST")]
    [DataRow("/upload/1?state=a%2Bb%3D%2F", "/upload/1?state=a%2Bb%3D%2F&digest=DIGEST")]
    [DataRow("/upload/1?", "/upload/1?digest=DIGEST")]
    [DataRow("http://HOST/upload/1?state=x#part", "/upload/1?state=x&digest=DIGEST")]
    [DataRow("//HOST/upload/1", "/upload/1?digest=DIGEST")]
    public async Task An_upload_goes_where_the_registry_says_with_the_query_that_it_gave(string location, string expected)
    {
        Image image = Image.Empty(TestImage.Platform);
        string config = image.ConfigDescriptor.Digest.ToString();
        await using WebServer server = await ServeAsync(location, config, image.Digest.ToString());

        await WriteAsync(server, image);

        string put = server.Requests.Single(static request => request.StartsWith("PUT /upload", StringComparison.Ordinal));
        Assert.AreEqual("PUT " + expected.Replace("DIGEST", Uri.EscapeDataString(config), StringComparison.Ordinal), put);
    }

    [TestMethod]
    [DataRow(null, "BPT1105")]
    [DataRow("ftp://HOST/upload", "BPT1115")]
    [DataRow("http://storage.example.invalid/upload", "BPT1115")]
    public async Task An_upload_that_goes_nowhere_sensible_is_a_coded_error(string? location, string code)
    {
        Image image = Image.Empty(TestImage.Platform);
        await using WebServer server = await ServeAsync(location, image.ConfigDescriptor.Digest.ToString(), image.Digest.ToString());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => WriteAsync(server, image));

        Assert.AreEqual(code, error.Code, error.Message);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    public async Task A_registry_that_stored_something_else_is_a_coded_error(bool wrongBlob, bool wrongManifest)
    {
        Image image = Image.Empty(TestImage.Platform);
        string other = Digest.Of("other"u8).ToString();
        await using WebServer server = await ServeAsync("/upload/1", wrongBlob ? other : image.ConfigDescriptor.Digest.ToString(), wrongManifest ? other : image.Digest.ToString());

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => WriteAsync(server, image));

        Assert.AreEqual("BPT1110", error.Code);
        Assert.Contains(other, error.Message);
    }

    private async Task WriteAsync(WebServer server, Image image)
    {
        using var client = new RegistryClient(new RegistryOptions());
        await new RegistryStore(client, ImageReference.Parse($"{server.Host}/web")).WriteAsync(image, ["1"], null, Token);
    }

    private static Task<WebServer> ServeAsync(string? location, string blobDigest, string manifestDigest) => WebServer.StartAsync(async context =>
    {
        HttpStatusCode status = HttpStatusCode.NotFound;
        if (context.Request.Method == "POST")
        {
            status = HttpStatusCode.Accepted;
            if (location is not null) context.Response.Headers.Location = location.Replace("HOST", context.Request.Host.Value, StringComparison.Ordinal);
        }
        if (context.Request.Method == "PUT")
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            status = HttpStatusCode.Created;
            context.Response.Headers["Docker-Content-Digest"] = context.Request.Path.StartsWithSegments("/upload") ? blobDigest : manifestDigest;
        }
        context.Response.StatusCode = (int)status;
    });
}

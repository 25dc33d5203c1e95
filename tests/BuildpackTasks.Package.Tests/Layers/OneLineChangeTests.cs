using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The web sample, copied out of the repository and published with the packed package, before and after a change.</summary>
[TestClass]
public sealed class OneLineChangeTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_change_of_one_line_changes_the_app_layer_and_sends_no_other()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var sample = await SampleCopy.CreateAsync();
        var (before, _) = await PublishAsync(sample, registry, "before");
        var program = Path.Combine(sample.WebDirectory, "Program.cs");
        var text = await File.ReadAllTextAsync(program, Token);
        await File.WriteAllTextAsync(program, text.Replace("\"The plant shop\"", "\"The seed shop\"", StringComparison.Ordinal), Token);

        var (after, requests) = await PublishAsync(sample, registry, "after");

        string[] names = ["debian://trixie", "dotnet-runtime", "dotnet-runtime-aspnetcore", "apphost", "packages", "early-packages", "static", "app"];
        CollectionAssert.AreEqual(names, before.LayerNames);
        CollectionAssert.AreEqual(names, after.LayerNames);
        foreach (var name in names.SkipLast(1))
        {
            Assert.AreEqual(before[name].Digest, after[name].Digest, name);
        }

        Assert.AreNotEqual(before["app"].Digest, after["app"].Digest);
        string[] sent = [.. new[] { after["app"].Digest, after.ConfigDigest }.Order(StringComparer.Ordinal), "/v2/samples/web/manifests/latest"];
        Assert.AreEqual(string.Join('\n', sent), string.Join('\n', Sent(requests)), string.Join('\n', requests));
    }

    // What the registry was given: blobs by their digests, in order; then what was written after them.
    private static IEnumerable<string> Sent(IReadOnlyList<RegistryRequest> requests)
    {
        var bodies = requests.Where(request => request.Method is "PUT" or "PATCH").Select(request => Uri.UnescapeDataString(request.Path)).ToArray();
        var blobs = bodies.Where(path => path.Contains("/blobs/", StringComparison.Ordinal)).ToArray();
        Assert.AreEqual(string.Join('\n', bodies.Take(blobs.Length)), string.Join('\n', blobs), "blobs come before manifests");
        return [.. blobs.Select(path => path[(path.IndexOf("digest=", StringComparison.Ordinal) + "digest=".Length)..]).Order(StringComparer.Ordinal), .. bodies.Skip(blobs.Length)];
    }

    private async Task<(ImageInLayout Image, IReadOnlyList<RegistryRequest> Requests)> PublishAsync(SampleCopy sample, RegistryServer registry, string name)
    {
        await registry.ClearRequestsAsync(Token);
        var (digest, _) = await sample.PublishAsync(
            [$"-p:ContainerRegistry={registry.Host}", $"-p:ImageCacheDirectory={ImageCache.Directory}"], new Surroundings(), Token);
        var requests = await registry.GetRequestsAsync(Token);
        var layout = directory.Combine(name);
        await OtherTools.CopyAsync($"docker://{registry.Host}/samples/web@{digest}", $"oci:{layout}:latest", Token);
        var image = await ImageInLayout.ReadAsync(layout, Token);
        Assert.AreEqual(digest, image.Digest);
        return (image, requests);
    }
}

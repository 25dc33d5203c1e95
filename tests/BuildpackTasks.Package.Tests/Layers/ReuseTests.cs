using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What a publish of the web sample asks of the registry and sends to it, when the registry has the image of before.</summary>
[TestClass]
public sealed class ReuseTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task What_the_registry_has_is_neither_made_nor_sent_again()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var sample = await SampleCopy.CreateAsync();
        var first = await PublishAsync(sample, registry, ImageCache.Directory);

        var unchanged = await PublishAsync(sample, registry, ImageCache.Directory);
        Assert.AreEqual(first.Digest, unchanged.Digest);
        Assert.AreEqual("GET /v2/samples/web/manifests/latest 200", string.Join('\n', unchanged.Requests));

        // An agent that has only ever seen the registry.
        var empty = directory.Combine("empty");
        Directory.Delete(Path.Combine(sample.WebDirectory, "obj", "Release", "net10.0", "image"), recursive: true);
        var elsewhere = await PublishAsync(sample, registry, empty);
        Assert.AreEqual(first.Digest, elsewhere.Digest);
        Assert.AreEqual("GET 200 blobs, GET 200 manifests", Kinds(elsewhere.Requests));
        var reported = PublishReport.Read(sample.WebDirectory);
        Assert.AreEqual("AnalyzeImage DetectBuildpacks RestoreImage BuildImage ExportImage", string.Join(' ', reported.Phases));
        Assert.AreEqual(elsewhere.Requests.Count, reported.Requests);
        Assert.AreEqual(0, reported.BytesSent);
        Assert.IsTrue(reported.Layers.Skip(1).All(static layer => layer.EndsWith(" previous image, present: the previous image has it", StringComparison.Ordinal)), string.Join('\n', reported.Layers));
        Assert.IsFalse(elsewhere.Log.Contains("created", StringComparison.Ordinal), elsewhere.Log);
        Assert.IsFalse(Blobs(empty).Any(IsLayer), "No layer was made or fetched.");
        Assert.IsFalse(Blobs(empty).Any(IsDebianPackage), "No package was fetched.");

        var program = Path.Combine(sample.WebDirectory, "Program.cs");
        var text = await File.ReadAllTextAsync(program, Token);
        await File.WriteAllTextAsync(program, text.Replace("\"The plant shop\"", "\"The seed shop\"", StringComparison.Ordinal), Token);
        var changed = await PublishAsync(sample, registry, empty);
        Assert.AreEqual(
            "GET 200 manifests, POST 202 blobs, POST 202 blobs, PUT 201 blobs, PUT 201 blobs, PUT 201 manifests", Kinds(changed.Requests), string.Join('\n', changed.Requests));
        Assert.IsLessThan(64 << 10, changed.BytesSent);
        reported = PublishReport.Read(sample.WebDirectory);
        Assert.AreEqual(changed.Requests.Count, reported.Requests);
        Assert.IsInRange(1000, changed.BytesSent, reported.BytesSent);
        Assert.AreEqual("app created, sent: neither the previous image nor a cache has it", reported.Layers[^1]);
        Assert.AreEqual("", string.Join('\n', reported.Notes));
        await OtherTools.CopyAsync($"docker://{registry.Host}/samples/web@{changed.Digest}", $"oci:{directory.Combine("copy")}:latest", Token);
    }

    [TestMethod]
    public async Task A_second_project_of_the_team_sends_only_its_own_app()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var sample = await SampleCopy.CreateAsync();
        await PublishAsync(sample, registry, directory.Combine("first"), "-p:ContainerRepository=team/first", "-p:ImageCacheRepository={0}/team/cache");
        var program = Path.Combine(sample.WebDirectory, "Program.cs");
        var text = await File.ReadAllTextAsync(program, Token);
        await File.WriteAllTextAsync(program, text.Replace("\"The plant shop\"", "\"The seed shop\"", StringComparison.Ordinal), Token);
        Directory.Delete(Path.Combine(sample.WebDirectory, "obj", "Release", "net10.0", "image"), recursive: true);

        var second = await PublishAsync(sample, registry, directory.Combine("second"), "-p:ContainerRepository=team/second", "-p:ImageCacheRepository={0}/team/cache");

        var sent = second.Requests.Where(request => request.Method is "PUT" or "PATCH").ToArray();
        Assert.HasCount(3, sent, string.Join('\n', second.Requests));
        Assert.AreEqual(7, second.Requests.Count(request => request is { Method: "POST", Status: 201 } && request.Path.Contains("mount=", StringComparison.Ordinal)), string.Join('\n', second.Requests));
        Assert.IsLessThan(64 << 10, second.BytesSent);
        Assert.AreEqual(1, Blobs(directory.Combine("second")).Count(IsLayer), "The app's layer alone was made.");
        Assert.IsFalse(Blobs(directory.Combine("second")).Any(IsDebianPackage), "No package was fetched.");
        await OtherTools.CopyAsync($"docker://{registry.Host}/team/second@{second.Digest}", $"oci:{directory.Combine("copy")}:latest", Token);
    }

    private async Task<(string Digest, string Log, IReadOnlyList<RegistryRequest> Requests, long BytesSent)> PublishAsync(SampleCopy sample, RegistryServer registry, string cache, params string[] more)
    {
        await registry.ClearRequestsAsync(Token);
        await using var proxy = new CountingProxy(registry.Port);
        var (digest, log) = await sample.PublishAsync([$"-p:ContainerRegistry={proxy.Host}", $"-p:ImageCacheDirectory={cache}", .. more.Select(argument => argument.Replace("{0}", proxy.Host, StringComparison.Ordinal))], new Surroundings(), Token);
        return (digest, log, await registry.GetRequestsAsync(Token), proxy.BytesSent);
    }

    // Two uploads run side by side: what is asked counts, not in which order the two are.
    private static string Kinds(IReadOnlyList<RegistryRequest> requests) => string.Join(", ", requests.Select(request =>
        $"{request.Method} {request.Status} {(request.Path.Contains("/manifests/", StringComparison.Ordinal) ? "manifests" : "blobs")}").Order(StringComparer.Ordinal));

    private static IEnumerable<string> Blobs(string cache) => Directory.EnumerateFiles(Path.Combine(cache, "blobs"), "*", SearchOption.AllDirectories);

    private static bool IsLayer(string file) => StartsWith(file, [0x1f, 0x8b]);

    private static bool IsDebianPackage(string file) => StartsWith(file, "!<arch>"u8);

    private static bool StartsWith(string file, ReadOnlySpan<byte> signature)
    {
        using var stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[signature.Length];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(signature);
    }
}

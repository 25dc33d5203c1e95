using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>What arrived is not sent again. A blob of 40 MiB goes through faults; what went over the wire is counted.</summary>
[TestClass]
public sealed class ResumedUploadTests
{
    private const long MiB = 1 << 20;
    private const int Size = 40 << 20;

    private static TemporaryDirectory layers = null!;
    private static ILayer large = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task MakeLayerAsync(TestContext context)
    {
        layers = new TemporaryDirectory();
        large = await TestImage.LargeLayerAsync(layers.Path, Size, context.CancellationToken);
    }

    [ClassCleanup]
    public static void RemoveLayer() => layers.Dispose();

    [TestMethod]
    public async Task A_registry_that_keeps_what_came_is_sent_only_the_rest()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using var keeper = await KeepingRegistry.StartAsync(registry.Url);
        int cuts = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(keeper.Url, request =>
            request.Length > 10 * MiB && Interlocked.Increment(ref cuts) <= 6 ? new Fault(FaultKind.PassHalf) : null);

        long sent = await PushAsync(registry, proxy);

        // Half of it, half of the rest, and so on: every byte once, but for what was on its way when the connection broke.
        Assert.IsInRange(Size, Size + (2 * MiB), sent, Log(proxy));
        Assert.AreEqual(2, proxy.Requests.Count(static request => request.Method == "POST"), "One session for the layer, one for the config:\n" + Log(proxy));
    }

    [TestMethod]
    public async Task An_upload_whose_answer_was_lost_is_not_sent_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int lost = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Length > MiB && Interlocked.Increment(ref lost) == 1 ? new Fault(FaultKind.LoseAnswer) : null);

        Assert.IsInRange(Size, Size + MiB, await PushAsync(registry, proxy), Log(proxy));
    }

    [TestMethod]
    [DataRow(503)]
    [DataRow(429)]
    [DataRow(417)]
    public async Task Who_is_turned_away_has_not_sent_the_body(int status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int faults = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Length > MiB && Interlocked.Increment(ref faults) == 1 ? new Fault(FaultKind.Answer, status) : null);

        Assert.IsInRange(Size, Size + MiB, await PushAsync(registry, proxy), Log(proxy));
        Assert.AreEqual(2, proxy.Requests.Count(static request => request.Method == "POST"), "One session for the layer, one for the config:\n" + Log(proxy));
    }

    [TestMethod]
    public async Task Where_a_whole_body_never_gets_through_chunks_do_and_only_a_lost_one_is_sent_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int chunks = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Length > 20 * MiB || (request.Method == "PATCH" && Interlocked.Increment(ref chunks) == 2) ? new Fault(request.Method == "PATCH" ? FaultKind.CutInBody : FaultKind.PassHalf) : null);

        await PushAsync(registry, proxy);

        Assert.StartsWith(
            "0-16777215 16777216-33554431 16777216-33554431 ",
            string.Join(' ', proxy.Requests.Where(static request => request.Method == "PATCH").Select(static request => request.ContentRange)),
            Log(proxy));
        Assert.AreEqual(2, proxy.Requests.Count(static request => request.Method == "PUT" && request.Length > 20 * MiB), Log(proxy));
    }

    [TestMethod]
    [DataRow(20, new[] { "0-16777215", "16777216-33554431" })]
    [DataRow(8, new[] { "0-16777215", "0-5242879", "5242880-10485759" })]
    [DataRow(1, new[] { "0-16777215", "0-5242879", "0-1048575", "1048576-2097151" })]
    public async Task A_body_that_is_too_large_goes_in_chunks_that_are_not(int limit, string[] first)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Length > limit * MiB ? new Fault(FaultKind.Answer, 413) : null);

        long sent = await PushAsync(registry, proxy);

        string[] ranges = [.. proxy.Requests.Where(static request => request.Method == "PATCH").Select(static request => request.ContentRange)];
        foreach (string range in first) CollectionAssert.Contains(ranges, range, Log(proxy));
        Assert.IsInRange(Size, Size + MiB, sent, Log(proxy));
    }

    [TestMethod]
    public async Task What_a_registry_has_refused_is_not_tried_again_with_the_next_layer()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Length > MiB ? new Fault(FaultKind.Answer, 413) : null);
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/large"));
        await store.WriteAsync(Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token)), ["1"], null, Token);
        int before = proxy.Requests.Count(static request => request.Status == 413);

        await store.WriteAsync(Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token)), ["2"], null, Token);

        Assert.AreEqual(before, proxy.Requests.Count(static request => request.Status == 413), Log(proxy));
    }

    [TestMethod]
    public async Task A_registry_that_takes_no_body_at_all_is_a_coded_error()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Length > 1000 ? new Fault(FaultKind.Answer, 413) : null);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => PushAsync(registry, proxy));

        Assert.AreEqual(
            $"The registry at '{proxy.Host}' takes no body of 1048576 bytes, and none that is small enough. Have the limit of the registry or of the proxy before it raised (nginx: client_max_body_size).",
            error.Message);
        Assert.AreEqual("BPT1120", error.Code);
    }

    [TestMethod]
    public async Task A_minimum_for_chunks_is_kept()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using var keeper = await KeepingRegistry.StartAsync(registry.Url, minChunk: 20 * MiB);
        await using FaultProxy proxy = await FaultProxy.StartAsync(keeper.Url, request => request.Length > 30 * MiB ? new Fault(FaultKind.Answer, 413) : null);

        await PushAsync(registry, proxy);

        Assert.AreEqual("0-20971519", proxy.Requests.First(static request => request.Method == "PATCH").ContentRange, Log(proxy));
    }

    [TestMethod]
    public async Task A_registry_that_has_another_offset_in_mind_is_asked_and_followed()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using var keeper = await KeepingRegistry.StartAsync(registry.Url);
        int patches = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(keeper.Url, request =>
            request.Length > 20 * MiB ? new Fault(FaultKind.Answer, 413)
            : request.Method == "PATCH" && Interlocked.Increment(ref patches) == 2 ? new Fault(FaultKind.Answer, 416) : null);

        long sent = await PushAsync(registry, proxy);

        Assert.IsInRange(Size, Size + MiB, sent, Log(proxy));
    }

    [TestMethod]
    [DataRow(405)]
    [DataRow(400)]
    [DataRow(501)]
    public async Task A_registry_that_wants_chunks_gets_them(int status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Method == "PUT" && request.Length > MiB ? new Fault(FaultKind.Answer, status) : null);

        Assert.IsInRange(Size, Size + MiB, await PushAsync(registry, proxy), Log(proxy));
    }

    [TestMethod]
    public async Task A_registry_that_knows_no_chunks_gets_the_whole_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int cuts = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Method == "PATCH" ? new Fault(FaultKind.Answer, 405)
            : request.Length > MiB && Interlocked.Increment(ref cuts) <= 3 ? new Fault(FaultKind.PassHalf) : null);

        await PushAsync(registry, proxy);

        Assert.AreEqual(4, proxy.Requests.Count(static request => request.Method == "PUT" && request.Length > MiB), Log(proxy));
    }

    [TestMethod]
    public async Task A_body_that_does_not_move_on_is_given_up_and_tried_again()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        int held = 0;
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Length > MiB && Interlocked.Increment(ref held) == 1 ? new Fault(FaultKind.Delay, Length: TimeSpan.FromMinutes(5)) : null);

        await PushAsync(registry, proxy, patience: TimeSpan.FromSeconds(2), await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token));

        Assert.AreEqual(2, proxy.Requests.Count(static request => request.Length > MiB), Log(proxy));
    }

    [TestMethod]
    public async Task A_registry_that_does_not_say_go_on_is_waited_for_once()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.IsAnnounced ? new Fault(FaultKind.Delay, Length: TimeSpan.FromMilliseconds(1500)) : null);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/large"));
        ILayer[] pair = [await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token), await TestImage.LargeLayerAsync(directory.Path, 3 << 20, Token)];

        foreach (ILayer layer in pair) await store.WriteAsync(Image.Empty(TestImage.Platform).Append(layer), [layer.DiffId.Hex[..8]], null, Token);

        Assert.AreEqual("True False", string.Join(' ', proxy.Requests.Where(static request => request.Length > MiB).Select(static request => request.IsAnnounced)), Log(proxy));
    }

    [TestMethod]
    public async Task Where_the_session_survives_but_no_whole_body_does_parts_are_sent()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Length > 20 * MiB ? new Fault(FaultKind.CutInBody) : null);

        await PushAsync(registry, proxy);

        Assert.AreEqual(2, proxy.Requests.Count(static request => request.Length > 20 * MiB), Log(proxy));
    }

    [TestMethod]
    public async Task An_answer_that_comes_while_the_body_is_on_its_way_is_survived_over_HTTP_2()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var protocols = new System.Collections.Concurrent.ConcurrentQueue<string>();
        int early = 0;
        await using WebServer server = await WebServer.ProxyAsync(
            registry.Url,
            async context =>
            {
                protocols.Enqueue(context.Request.Protocol);
                if (!(context.Request.ContentLength > MiB) || Interlocked.Increment(ref early) > 3) return false;
                await context.Request.Body.ReadAtLeastAsync(new byte[100_000], 100_000, cancellationToken: Token);
                context.Response.StatusCode = 503;
                return true;
            },
            certificate);
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime(), TrustedRoots = [certificate] });
        Image image = Image.Empty(TestImage.Platform).Append(large);
        var store = new RegistryStore(client, ImageReference.Parse($"{server.Host}/large"));

        await store.WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1", TestImage.Platform, Token), Token);
        Assert.IsGreaterThan(3, early);
        Assert.Contains("HTTP/2", protocols);
    }

    [TestMethod]
    public async Task A_registry_that_never_keeps_a_chunk_is_a_coded_error()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using var keeper = await KeepingRegistry.StartAsync(registry.Url, forgetful: true);
        await using FaultProxy proxy = await FaultProxy.StartAsync(keeper.Url, request => request.Length > 20 * MiB ? new Fault(FaultKind.Answer, 413) : null);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => PushAsync(registry, proxy));

        Assert.AreEqual("BPT1121", error.Code, error.Message);
    }

    // Gives the bytes of bodies that came to the proxy, manifests and configs included.
    private async Task<long> PushAsync(RegistryServer registry, FaultProxy proxy, TimeSpan? patience = null, ILayer? layer = null)
    {
        var options = new RegistryOptions { Time = new RecordedTime() };
        using var client = new RegistryClient(patience is { } given ? options with { Patience = given } : options);
        using var direct = new RegistryClient(new RegistryOptions());
        Image image = Image.Empty(TestImage.Platform).Append(layer ?? large);

        await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/large")).WriteAsync(image, ["1"], null, Token);

        await TestImage.AssertSameAsync(image, await new RegistryStore(direct, ImageReference.Parse($"{registry.Host}/large")).ReadAsync("1", TestImage.Platform, Token), Token);
        return proxy.Requests.Sum(static request => request.BodyBytes);
    }

    private static string Log(FaultProxy proxy) => string.Join('\n', proxy.Requests);
}

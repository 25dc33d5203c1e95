using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Each fault at each request of a push in turn: the end is a whole image or a coded error, and what was there before stays whole.</summary>
[TestClass]
public sealed partial class PushThroughFaultsTests
{
    private const string Tag = "1";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow(FaultKind.Answer, 408)]
    [DataRow(FaultKind.Answer, 429)]
    [DataRow(FaultKind.Answer, 500)]
    [DataRow(FaultKind.Answer, 502)]
    [DataRow(FaultKind.Answer, 503)]
    [DataRow(FaultKind.CutBeforeBody, 0)]
    [DataRow(FaultKind.CutInBody, 0)]
    [DataRow(FaultKind.PassHalf, 0)]
    [DataRow(FaultKind.LoseAnswer, 0)]
    [DataRow(FaultKind.CutInAnswer, 0)]
    [DataRow(FaultKind.CorruptBody, 0)]
    [DataRow(FaultKind.Delay, 0)]
    public async Task A_fault_at_any_one_request_is_survived(FaultKind kind, int status)
    {
        var fault = new Fault(kind, status, status == 429 ? "1" : null, TimeSpan.FromMilliseconds(50));

        await ForEachRequestAsync(index => request => request.Index == index ? fault : null, (result, proxy) =>
        {
            // A manifest is not sent again after it was refused as damaged: the registry says the same of one that is wrong.
            bool damagedManifest = kind == FaultKind.CorruptBody && proxy.Requests.Any(static request => request is { Fault: not null, Method: "PUT" } && request.Path.Contains("/manifests/", StringComparison.Ordinal));
            if (damagedManifest) Assert.IsNotNull(result);
            else Assert.IsNull(result, $"{result}\n{string.Join('\n', proxy.Requests)}");
        });
    }

    [TestMethod]
    [DataRow(FaultKind.Answer, 400)]
    [DataRow(FaultKind.Answer, 401)]
    [DataRow(FaultKind.Answer, 403)]
    [DataRow(FaultKind.Answer, 404)]
    [DataRow(FaultKind.Answer, 405)]
    [DataRow(FaultKind.Answer, 413)]
    [DataRow(FaultKind.Answer, 416)]
    [DataRow(FaultKind.Answer, 429)]
    [DataRow(FaultKind.Answer, 500)]
    [DataRow(FaultKind.CutBeforeBody, 0)]
    [DataRow(FaultKind.CutInBody, 0)]
    [DataRow(FaultKind.PassHalf, 0)]
    [DataRow(FaultKind.LoseAnswer, 0)]
    [DataRow(FaultKind.CorruptBody, 0)]
    public async Task A_fault_that_stays_from_any_request_on_is_a_coded_error(FaultKind kind, int status) =>
        await ForEachRequestAsync(index => request => request.Index >= index ? new Fault(kind, status) : null, null);

    [TestMethod]
    [DataRow(FaultKind.CutInAnswer)]
    [DataRow(FaultKind.TruncateAnswer)]
    [DataRow(FaultKind.CorruptAnswer)]
    public async Task A_fault_in_any_answer_to_a_pull_gives_the_image_or_a_coded_error(FaultKind kind)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var direct = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");
        await new RegistryStore(direct, ImageReference.Parse($"{registry.Host}/web")).WriteAsync(image, [Tag], null, Token);
        for (int index = 0, faults = 1; faults > 0; index++)
        {
            await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Index == index ? new Fault(kind) : null);
            using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
            try
            {
                Image? read = await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web")).ReadAsync(Tag, TestImage.Platform, Token);
                await TestImage.AssertSameAsync(image, read, Token);
            }
            catch (OciException e)
            {
                Assert.Contains(e.Code, ["BPT1110", "BPT1111"], e.Message);
            }
            faults = proxy.Requests.Count(static request => request.Fault is not null);
        }
    }

    // Pushes once for each request that a push has, into a repository of its own each time, where an older image has the tag.
    private async Task ForEachRequestAsync(Func<int, Func<ProxiedRequest, Fault?>> plan, Action<OciException?, FaultProxy>? check)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var direct = new RegistryClient(new RegistryOptions());
        Image older = await TestImage.CreateAsync(directory.Path, Token, "one", "old");
        Image image = (await TestImage.CreateAsync(directory.Path, Token, "one", "two"))
            .Append(await TestImage.LargeLayerAsync(directory.Path, 2 << 20, Token), new HistoryEntry("test"));
        for (int index = 0; ; index++)
        {
            string repository = $"web{index}";
            var store = new RegistryStore(direct, ImageReference.Parse($"{registry.Host}/{repository}"));
            await store.WriteAsync(older, [Tag], null, Token);
            await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, plan(index));

            OciException? error = await PushAsync(proxy, repository, image);

            string log = $"{error}\n{string.Join('\n', proxy.Requests)}";
            Image? read = await store.ReadAsync(Tag, TestImage.Platform, Token);
            Assert.IsNotNull(read, log);
            if (error is null) Assert.AreEqual(image.Digest, read.Digest, log);
            else Assert.MatchesRegex(Code(), error.Code, log);
            await TestImage.AssertSameAsync(read.Digest == image.Digest ? image : older, read, Token);
            if (proxy.Requests.All(static request => request.Fault is null))
            {
                Assert.IsGreaterThan(5, index);
                return;
            }
            check?.Invoke(error, proxy);
        }
    }

    private async Task<OciException?> PushAsync(FaultProxy proxy, string repository, Image image)
    {
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        try
        {
            await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/{repository}")).WriteAsync(image, [Tag], null, Token);
            return null;
        }
        catch (OciException e)
        {
            return e;
        }
    }

    [GeneratedRegex("^BPT1[01]\\d\\d$")]
    private static partial Regex Code();
}

using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ProgressLinesTests
{
    private static readonly Descriptor Runtime = Blob("runtime", 32_700_000);
    private static readonly Descriptor App = Blob("app", 900_000);

    private readonly SteppedTime time = new();
    private readonly List<string> lines = [];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void A_transfer_of_less_than_five_seconds_is_not_worth_a_line()
    {
        using ProgressLines progress = Progress();

        for (int second = 0; second < 5; second++, time.Step(1)) Report(progress, Runtime, second * 7_000_000);
        Report(progress, Runtime, Runtime.Size);

        Assert.AreEqual("", Lines());
    }

    [TestMethod]
    public void A_long_transfer_has_a_line_every_five_seconds_and_in_the_end_every_thirty()
    {
        using ProgressLines progress = Progress();

        for (int tenth = 0; tenth < 3000; tenth++, time.Step(0.1)) Report(progress, Runtime, tenth * 10_000L, said: $"{tenth / 10}");

        Assert.AreEqual("5 10 15 20 26 35 47 63 84 112 142 172 202 232 262 292", string.Join(' ', saidAt));
        Assert.AreEqual("runtime: 0.5 of 32.7 MB (1%), 100.0 kB/s", lines[0]);
        Assert.AreEqual("runtime: 29.3 of 32.7 MB (89%), 100.0 kB/s", lines[^1]);
    }

    [TestMethod]
    public void Transfers_side_by_side_have_lines_of_their_own_and_their_own_rates()
    {
        using ProgressLines progress = Progress();

        foreach (int second in (int[])[0, 5, 10])
        {
            Report(progress, Runtime, second * 2_000_000);
            Report(progress, App, second * 50_000);
            time.Step(5);
        }

        Assert.AreEqual("""
            runtime: 10.0 of 32.7 MB (30%), 2.0 MB/s
            app: 250.0 of 900.0 kB (27%), 50.0 kB/s
            runtime: 20.0 of 32.7 MB (61%), 2.0 MB/s
            app: 500.0 of 900.0 kB (55%), 50.0 kB/s
            """, Lines());
    }

    [TestMethod]
    public void An_upload_that_begins_anew_says_so_by_its_number_and_keeps_a_true_rate()
    {
        using ProgressLines progress = Progress();

        Report(progress, Runtime, 0);
        time.Step(5);
        Report(progress, Runtime, 20_000_000);
        time.Step(2);
        Report(progress, Runtime, 1_000_000);
        time.Step(3);
        Report(progress, Runtime, 11_000_000);

        Assert.AreEqual("""
            runtime: 20.0 of 32.7 MB (61%), 4.0 MB/s
            runtime: 11.0 of 32.7 MB (33%), 2.0 MB/s
            """, Lines());
    }

    [TestMethod]
    public void What_is_streamed_from_one_registry_to_another_is_said_once()
    {
        using ProgressLines progress = Progress();

        foreach (int second in (int[])[0, 5])
        {
            Report(progress, Runtime, second * 1_000_000, BlobDirection.Upload);
            Report(progress, Runtime, second * 1_000_000, BlobDirection.Download);
            Report(progress, App, second * 100_000, BlobDirection.Download);
            time.Step(5);
        }

        Assert.AreEqual("""
            runtime: 5.0 of 32.7 MB (15%), 1.0 MB/s
            fetching app: 500.0 of 900.0 kB (55%), 100.0 kB/s
            """, Lines());
    }

    [TestMethod]
    public void After_its_end_nothing_is_said()
    {
        ProgressLines progress = Progress();
        Report(progress, Runtime, 1);
        time.Step(60);

        progress.Dispose();
        Report(progress, Runtime, 2);

        Assert.AreEqual("", Lines());
    }

    [TestMethod]
    public async Task Uploads_and_downloads_tell_how_far_they_are()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        var told = new Told();
        using var client = new RegistryClient(new RegistryOptions { Progress = told });
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        ILayer large = await TestImage.LargeLayerAsync(directory.Path, 1_000_000, TestContext.CancellationToken);

        await store.WriteAsync(Image.Empty(TestImage.Platform).Append(large), ["1"], null, TestContext.CancellationToken);
        Image read = (await store.ReadAsync("1", TestImage.Platform, TestContext.CancellationToken))!;
        await LayerBytes.CompressedAsync(read.Layers[0], TestContext.CancellationToken);

        foreach (BlobDirection direction in Enum.GetValues<BlobDirection>())
        {
            long[] reached = [.. told.Of(large.Descriptor, direction)];
            Assert.IsGreaterThan(3, reached.Length, $"{direction}");
            Assert.AreEqual(large.Descriptor.Size, reached[^1]);
            CollectionAssert.AreEqual(reached.Order().Distinct().ToArray(), reached);
        }
    }

    private readonly List<string> saidAt = [];

    private ProgressLines Progress() => new(time, static digest => digest == Runtime.Digest ? "runtime" : "app", lines.Add);

    private void Report(ProgressLines progress, Descriptor blob, long done, BlobDirection direction = BlobDirection.Upload, string? said = null)
    {
        int before = lines.Count;
        progress.Report(new BlobProgress(blob, direction, done));
        if (lines.Count > before && said is not null) saidAt.Add(said);
    }

    private string Lines() => string.Join('\n', lines);

    private static Descriptor Blob(string name, long size) => new(MediaTypes.OciLayerGzip, Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)), size);

    private sealed class Told : IProgress<BlobProgress>
    {
        private readonly List<BlobProgress> all = [];

        public void Report(BlobProgress value)
        {
            lock (all) all.Add(value);
        }

        public IEnumerable<long> Of(Descriptor blob, BlobDirection direction)
        {
            lock (all) return [.. all.Where(told => told.Blob == blob && told.Direction == direction).Select(static told => told.Done)];
        }
    }

    private sealed class SteppedTime : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 10_000;

        public override long GetTimestamp() => now;

        public void Step(double seconds) => now += (long)Math.Round(seconds * TimestampFrequency);
    }
}

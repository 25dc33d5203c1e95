using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class FileDigestsTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    private string CachePath => directory.Combine("cache");

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_file_that_did_not_change_is_not_read_again()
    {
        CountedContent file = Settled("a", "hello");

        Digest first = await FingerprintAsync(file);
        Digest second = await FingerprintAsync(file);

        Assert.AreEqual(first, second);
        Assert.AreEqual(2, file.Opened, "once for the digest and once for the layer");
    }

    [TestMethod]
    public async Task A_file_that_changed_just_now_is_read_again()
    {
        var file = new CountedContent(directory.Write("a", "hello"));

        await FingerprintAsync(file);
        await FingerprintAsync(file);

        Assert.AreEqual(3, file.Opened, "twice for the digest and once for the layer");
    }

    [TestMethod]
    [DataRow(5, 8)]
    [DataRow(100_000, 0)]
    [DataRow(100_000, 99_999)]
    public async Task A_file_with_other_bytes_of_the_same_length_and_time_is_read_again(int length, int changed)
    {
        byte[] bytes = new byte[length];
        CountedContent file = Settled("a", "");
        File.WriteAllBytes(file.SourcePath, bytes);
        File.SetLastWriteTimeUtc(file.SourcePath, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Digest first = await FingerprintAsync(file);

        bytes[Math.Min(changed, length - 1)] = 1;
        File.WriteAllBytes(file.SourcePath, bytes);
        File.SetLastWriteTimeUtc(file.SourcePath, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Digest second = await FingerprintAsync(file);

        Assert.AreNotEqual(first, second);
        Assert.AreEqual(4, file.Opened, "twice for the digests and twice for the layers");
    }

    [TestMethod]
    public async Task A_file_with_another_time_is_read_again()
    {
        CountedContent file = Settled("a", "hello");
        Digest first = await NewCache().DigestOfAsync(file, Token);

        File.SetLastWriteTimeUtc(file.SourcePath, DateTime.UtcNow.AddHours(-2));
        Digest second = await NewCache().DigestOfAsync(file, Token);

        Assert.AreEqual(first, second);
        Assert.AreEqual(2, file.Opened);
    }

    [TestMethod]
    public async Task Every_damage_of_what_is_remembered_costs_reading_again_and_nothing_else()
    {
        CountedContent file = Settled("a", "hello");
        Digest expected = await FingerprintAsync(file);
        string remembered = Path.Combine(CachePath, "files");
        byte[] whole = await File.ReadAllBytesAsync(remembered, Token);

        for (int i = 0; i <= whole.Length; i++)
        {
            byte[] damaged = i == whole.Length ? whole[..(i / 2)] : [.. whole];
            if (i < whole.Length) damaged[i] ^= 1;
            await File.WriteAllBytesAsync(remembered, damaged, Token);
            int opened = file.Opened;

            Assert.AreEqual(expected, await FingerprintAsync(file));
            Assert.AreEqual(opened + 1, file.Opened);
        }
    }

    [TestMethod]
    public async Task A_link_to_a_file_has_the_digest_of_what_it_points_to_now()
    {
        string one = Settled("one", "1").SourcePath;
        string two = Settled("two", "2").SourcePath;
        string link = directory.Combine("link");
        File.CreateSymbolicLink(link, one);
        Digest first = await FingerprintAsync(FileContent.FromFile(link));

        File.Delete(link);
        File.CreateSymbolicLink(link, two);
        Digest second = await FingerprintAsync(FileContent.FromFile(link));

        Assert.AreNotEqual(first, second);
    }

    [TestMethod]
    public async Task Many_files_are_remembered_and_each_has_its_own_digest()
    {
        CountedContent[] files = [.. Enumerable.Range(0, 200).Select(i => Settled($"many/{i}", $"content {i}"))];
        LayerContents contents = LayerContents.Create(files.Select((file, i) => LayerEntry.ForFile($"f{i}", file)));

        KnownLayer made = await NewCache().GetOrCreateAsync(contents, LayerCompression.Balanced, Token);
        KnownLayer known = await NewCache().GetOrCreateAsync(contents, LayerCompression.Balanced, Token);

        Assert.IsTrue(made.Created);
        Assert.IsFalse(known.Created);
        Assert.AreEqual(2 * files.Length, files.Sum(static file => file.Opened), "once for the digest and once for the layer");
    }

    private CountedContent Settled(string name, string text)
    {
        string path = directory.Write(name, text);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        return new CountedContent(path);
    }

    // Of a layer with the file alone, made by a build of its own.
    private async Task<Digest> FingerprintAsync(FileContent file) =>
        (await NewCache().GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("f", file)]), LayerCompression.Balanced, Token)).Fingerprint;

    private LayerCache NewCache() => new(CachePath, long.MaxValue);
}

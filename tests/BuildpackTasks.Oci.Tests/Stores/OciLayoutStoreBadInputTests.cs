using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class OciLayoutStoreBadInputTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Layout => Path.Join(directory.Path, "layout");

    private OciLayoutStore Store => new(Layout);

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_file_in_place_of_the_directory_is_refused_and_kept()
    {
        await File.WriteAllTextAsync(Layout, "precious");

        Assert.AreEqual("BPT1208", (await WriteFailsAsync(TestImages.Create("one"), ["1.0"])).Code);
        Assert.AreEqual("BPT1202", (await ReadFailsAsync("1.0")).Code);
        Assert.AreEqual("precious", await File.ReadAllTextAsync(Layout));
    }

    [TestMethod]
    public async Task A_directory_with_other_files_is_refused_and_kept()
    {
        Directory.CreateDirectory(Layout);
        await File.WriteAllTextAsync(Path.Join(Layout, "Program.cs"), "precious");

        Assert.AreEqual("BPT1209", (await WriteFailsAsync(TestImages.Create("one"), ["1.0"])).Code);
        Assert.AreEqual("BPT1202", (await ReadFailsAsync("1.0")).Code);
        CollectionAssert.AreEqual(new[] { Path.Join(Layout, "Program.cs") }, Directory.GetFileSystemEntries(Layout));
    }

    [TestMethod]
    public async Task A_directory_that_cannot_be_made_is_an_error()
    {
        string file = Path.Join(directory.Path, "file");
        await File.WriteAllTextAsync(file, "precious");

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() =>
            new OciLayoutStore(Path.Join(file, "layout")).WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None));

        Assert.AreEqual("BPT1208", error.Code);
        Assert.AreEqual("precious", await File.ReadAllTextAsync(file));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("-a")]
    [DataRow("a b")]
    [DataRow("../../etc/passwd")]
    public async Task A_tag_that_is_none_is_refused_before_anything_is_written(string tag)
    {
        Assert.AreEqual("BPT1211", (await WriteFailsAsync(TestImages.Create("one"), [tag])).Code);
        Assert.IsFalse(Path.Exists(Layout));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_layer_that_cannot_be_read_leaves_nothing_behind(bool exists)
    {
        Image before = TestImages.Create("before");
        if (exists) await Store.WriteAsync(before, ["1.0"], null, CancellationToken.None);
        string[] files = AllFiles();
        Image image = TestImages.Create("after").Append(TestLayer.Failing(() => new IOException("No space left on device")));

        OciException error = await WriteFailsAsync(image, ["1.0"]);

        Assert.AreEqual("BPT1208", error.Code);
        Assert.AreEqual($"The image cannot be written to '{Layout}': No space left on device. Nothing was changed; make room, or choose another place.", error.Message);
        CollectionAssert.AreEqual(files, AllFiles());
        if (exists) await TestImages.AssertSameAsync(before, await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
    }

    [TestMethod]
    public async Task An_empty_directory_is_empty_again_after_a_failure()
    {
        Directory.CreateDirectory(Layout);

        await WriteFailsAsync(TestImages.Create("after").Append(TestLayer.Failing(() => new IOException("broken"))), ["1.0"]);

        CollectionAssert.AreEqual(Array.Empty<string>(), AllFiles());
        Assert.IsTrue(Directory.Exists(Layout));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Cancelling_in_the_middle_leaves_nothing_behind(bool exists)
    {
        if (exists) await Store.WriteAsync(TestImages.Create("before"), ["1.0"], null, CancellationToken.None);
        string[] files = AllFiles();
        using var cancellation = new CancellationTokenSource();
        Image image = TestImages.Create("after").Append(TestLayer.Failing(() =>
        {
            cancellation.Cancel();
            return new OperationCanceledException(cancellation.Token);
        }));

        await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => Store.WriteAsync(image, ["1.0"], null, cancellation.Token));

        CollectionAssert.AreEqual(files, AllFiles());
    }

    [TestMethod]
    public async Task What_a_killed_build_left_half_written_is_removed_by_the_next()
    {
        await Store.WriteAsync(TestImages.Create("before"), ["1.0"], null, CancellationToken.None);
        string leftover = Path.Join(Layout, "blobs", "sha256", ".0123.abcd.tmp");
        await File.WriteAllTextAsync(leftover, "half");

        await Store.WriteAsync(TestImages.Create("after"), ["1.0"], null, CancellationToken.None);

        Assert.IsFalse(File.Exists(leftover));
    }

    [TestMethod]
    public async Task A_changed_layer_is_refused_by_whoever_reads_it()
    {
        Image image = TestImages.Create("one");
        await Store.WriteAsync(image, ["1.0"], null, CancellationToken.None);
        string path = BlobPath(image.Layers[0].Descriptor.Digest);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        Image read = (await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None))!;

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => TestImages.ReadAllAsync(read.Layers[0]));

        Assert.AreEqual("BPT1203", error.Code);
        Assert.AreEqual($"The blob {image.Layers[0].Descriptor.Digest} of '{Layout}' is damaged: its bytes have another digest. Have the image written again.", error.Message);
    }

    [TestMethod]
    public async Task A_layer_of_another_length_is_refused_and_a_missing_one_is_named()
    {
        Image image = TestImages.Create("one");
        await Store.WriteAsync(image, ["1.0"], null, CancellationToken.None);
        await File.AppendAllTextAsync(BlobPath(image.Layers[0].Descriptor.Digest), "x");
        File.Delete(BlobPath(image.Layers[1].Descriptor.Digest));
        Image read = (await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None))!;

        Assert.AreEqual("BPT1203", (await Assert.ThrowsExactlyAsync<OciException>(() => TestImages.ReadAllAsync(read.Layers[0]))).Code);
        Assert.AreEqual("BPT1204", (await Assert.ThrowsExactlyAsync<OciException>(() => TestImages.ReadAllAsync(read.Layers[1]))).Code);
    }

    [TestMethod]
    public async Task A_changed_manifest_or_config_is_refused()
    {
        Image image = TestImages.Create("one");
        foreach (Digest digest in new[] { image.Digest, image.ConfigDescriptor.Digest })
        {
            await Store.WriteAsync(image, ["1.0"], null, CancellationToken.None);
            string path = BlobPath(digest), content = await File.ReadAllTextAsync(path);
            await File.WriteAllTextAsync(path, content.Replace("sha256", "sha255", StringComparison.Ordinal));

            Assert.AreEqual("BPT1203", (await ReadFailsAsync("1.0")).Code);
            await File.WriteAllTextAsync(path, content);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("null")]
    [DataRow("[]")]
    [DataRow("{}")]
    [DataRow("""{"schemaVersion":2,"manifests":{}}""")]
    [DataRow("""{"schemaVersion":2,"manifests":[null]}""")]
    [DataRow("""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":-1,"digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""")]
    [DataRow("""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":1,"digest":"sha256:../../../../../../etc/passwd"}]}""")]
    [DataRow("""{"schemaVersion":2,"manifests":[],"manifests":[]}""")]
    public async Task An_index_that_is_none_is_refused_for_reading_and_writing(string index)
    {
        await Store.WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Join(Layout, "index.json"), index);
        string[] files = AllFiles();

        Assert.AreEqual("BPT1202", (await ReadFailsAsync("1.0")).Code);
        Assert.AreEqual("BPT1202", (await WriteFailsAsync(TestImages.Create("two"), ["1.0"])).Code);
        CollectionAssert.AreEqual(files, AllFiles());
    }

    [TestMethod]
    public async Task Indexes_that_list_one_another_without_bound_are_refused()
    {
        await Store.WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None);
        string inner = "";
        for (int level = 0; level < 4; level++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Repeat(inner, inner.Length == 0 ? 0 : 200))}}]}""");
            await File.WriteAllBytesAsync(BlobPath(Digest.Of(bytes)), bytes);
            inner = $$"""{"mediaType":"{{MediaTypes.OciIndex}}","size":{{bytes.Length}},"digest":"{{Digest.Of(bytes)}}"}""";
        }
        await File.WriteAllTextAsync(Path.Join(Layout, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{inner}}]}""");

        Assert.AreEqual("BPT1202", (await ReadFailsAsync(null)).Code);
    }

    private string BlobPath(Digest digest) => Path.Join(Layout, "blobs", "sha256", digest.Hex);

    private string[] AllFiles() => [.. Directory.GetFileSystemEntries(directory.Path, "*", SearchOption.AllDirectories)
        .Where(path => path != Layout).Order(StringComparer.Ordinal)];

    private Task<OciException> WriteFailsAsync(Image image, string[] tags) =>
        Assert.ThrowsExactlyAsync<OciException>(() => Store.WriteAsync(image, tags, null, CancellationToken.None));

    private Task<OciException> ReadFailsAsync(string? selector) =>
        Assert.ThrowsExactlyAsync<OciException>(() => Store.ReadAsync(selector, TestImages.Amd64, CancellationToken.None));
}

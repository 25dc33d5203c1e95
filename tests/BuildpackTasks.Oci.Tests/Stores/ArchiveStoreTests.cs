using System.Formats.Tar;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ArchiveStoreTests : IDisposable
{
    private static readonly ImageReference Repository = ImageReference.Parse("shop/web");

    private readonly TemporaryDirectory directory = new();

    private string Archive => directory.Combine("archive.tar");

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task An_oci_archive_is_read_back_plain_and_compressed(bool compressed)
    {
        Image image = TestImages.Create("one");
        await new OciArchiveStore(Archive).WriteAsync(image, ["1.0"], null, CancellationToken.None);
        if (compressed) await File.WriteAllBytesAsync(Archive, TestLayer.Gzip(await File.ReadAllBytesAsync(Archive)));

        foreach (string? selector in new[] { "1.0", null, image.Digest.ToString() })
        {
            await TestImages.AssertSameAsync(image, await (await ImageArchive.OpenAsync(Archive, CancellationToken.None)).ReadAsync(selector, TestImages.Amd64, CancellationToken.None));
        }
        Assert.IsNull(await new OciArchiveStore(Archive).ReadAsync("2.0", TestImages.Amd64, CancellationToken.None));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_docker_archive_is_read_back_with_its_compressed_layers(bool compressed)
    {
        Image image = TestImages.Create("one");
        await new DockerArchiveStore(Archive, Repository).WriteAsync(image, ["1.0"], null, CancellationToken.None);
        if (compressed) await File.WriteAllBytesAsync(Archive, TestLayer.Gzip(await File.ReadAllBytesAsync(Archive)));

        foreach (string? selector in new[] { "1.0", "shop/web:1.0", "docker.io/shop/web:1.0", null, image.ConfigDescriptor.Digest.ToString() })
        {
            await TestImages.AssertSameAsync(image, await (await ImageArchive.OpenAsync(Archive, CancellationToken.None)).ReadAsync(selector, TestImages.Amd64, CancellationToken.None));
        }
        Assert.IsNull(await new DockerArchiveStore(Archive).ReadAsync("2.0", TestImages.Amd64, CancellationToken.None));
        OciException other = await Assert.ThrowsExactlyAsync<OciException>(() => new DockerArchiveStore(Archive).ReadAsync("1.0", TestImages.Arm64, CancellationToken.None));
        Assert.AreEqual("BPT1006", other.Code);
    }

    [TestMethod]
    public async Task Archives_hold_their_files_in_a_fixed_order_with_fixed_times_and_owners()
    {
        Image image = TestImages.Create("one");
        await new OciArchiveStore(Archive).WriteAsync(image, ["1.0"], null, CancellationToken.None);
        await new DockerArchiveStore(directory.Combine("docker.tar"), Repository).WriteAsync(image, ["latest", "1.0"], null, CancellationToken.None);
        string[] blobs = [.. image.Layers.Select(layer => layer.Descriptor.Digest.Hex).Append(image.Digest.Hex).Append(image.ConfigDescriptor.Digest.Hex)
            .Order(StringComparer.Ordinal).Select(hex => "blobs/sha256/" + hex)];

        Assert.AreEqual($"oci-layout index.json blobs/ blobs/sha256/ {string.Join(' ', blobs)}", string.Join(' ', Names(Archive)));
        CollectionAssert.AreEqual(
            new[] { "manifest.json", image.ConfigDescriptor.Digest.Hex + ".json", image.Layers[0].Descriptor.Digest.Hex + ".tar", image.Layers[1].Descriptor.Digest.Hex + ".tar" },
            Names(directory.Combine("docker.tar")));
        StringAssert.Contains(Encoding.UTF8.GetString(await File.ReadAllBytesAsync(directory.Combine("docker.tar"))), "\"RepoTags\":[\"shop/web:1.0\",\"shop/web:latest\"]");
    }

    [TestMethod]
    public async Task Docker_archives_of_the_old_form_have_a_directory_a_layer_and_links_between_them()
    {
        byte[] tar = TestLayer.Tar(("a", "b"));
        var layer = TestLayer.Create(("a", "b"));
        Image image = Image.Empty(TestImages.Amd64).Append(layer).Append(layer);
        string config = Encoding.UTF8.GetString(image.ConfigBytes.Span);
        WriteTar(
            ("./config.json", config, null),
            ("./one/layer.tar", Encoding.Latin1.GetString(tar), null),
            ("./two/layer.tar", "", "../one/layer.tar"),
            ("./manifest.json", """[{"Config":"config.json","RepoTags":null,"Layers":["one/layer.tar","two/layer.tar"]}]""", null));

        Image? read = await new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None);

        Assert.IsNotNull(read);
        foreach (ILayer each in read.Layers) CollectionAssert.AreEqual(tar, await TestImages.ReadAllAsync(each));
    }

    [TestMethod]
    public async Task Writing_replaces_the_archive_and_a_failure_keeps_it()
    {
        Image before = TestImages.Create("before");
        IImageStore[] stores = [new OciArchiveStore(Archive), new DockerArchiveStore(directory.Combine("docker.tar"), Repository)];
        foreach (IImageStore store in stores)
        {
            await store.WriteAsync(TestImages.Create("first"), ["1.0"], null, CancellationToken.None);
            await store.WriteAsync(before, ["1.0"], null, CancellationToken.None);
            using var cancellation = new CancellationTokenSource();
            Image broken = TestImages.Create("after").Append(TestLayer.Failing(() => new IOException("No space left on device")));
            Image cancelled = TestImages.Create("after").Append(TestLayer.Failing(() => new OperationCanceledException(cancellation.Token)));

            OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(broken, ["1.0"], null, CancellationToken.None));
            await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => store.WriteAsync(cancelled, ["1.0"], null, cancellation.Token));

            Assert.AreEqual("BPT1208", error.Code);
            await TestImages.AssertSameAsync(before, await store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
        }
        CollectionAssert.AreEqual(stores.Select(store => store.Name).ToArray(), Directory.GetFileSystemEntries(directory.Path).Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    public async Task A_place_that_is_none_for_a_file_is_refused()
    {
        string file = directory.Write("file", "precious"u8), folder = Directory.CreateDirectory(directory.Combine("folder")).FullName;
        foreach (string path in new[] { folder, Path.Join(file, "archive.tar") })
        {
            OciException error = await Assert.ThrowsExactlyAsync<OciException>(() =>
                new OciArchiveStore(path).WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None));
            Assert.AreEqual("BPT1208", error.Code);
        }
        Assert.AreEqual("precious", await File.ReadAllTextAsync(file));
    }

    private static string[] Names(string path)
    {
        using var reader = new TarReader(File.OpenRead(path));
        var names = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            Assert.AreEqual((0, 0, LayerEntry.ConstantTime), (entry.Uid, entry.Gid, entry.ModificationTime));
            names.Add(entry.Name);
        }
        return [.. names];
    }

    private void WriteTar(params (string Name, string Content, string? Link)[] entries)
    {
        using var writer = new TarWriter(File.Create(Archive), TarEntryFormat.Gnu);
        foreach ((string name, string content, string? link) in entries)
        {
            writer.WriteEntry(link is null
                ? new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.Latin1.GetBytes(content)) }
                : new GnuTarEntry(TarEntryType.SymbolicLink, name) { LinkName = link });
        }
    }
}

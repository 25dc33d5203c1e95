using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ArchiveStoreBadInputTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Archive => directory.Combine("archive.tar");

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow("", "it is empty")]
    [DataRow("hello", "it is cut off")]
    [DataRow("zeros", "it is an empty tar")]
    [DataRow("text", "it is not a tar")]
    public async Task A_file_that_is_no_tar_is_refused(string content, string reason)
    {
        directory.Write("archive.tar", content switch
        {
            "zeros" => new byte[1024],
            "text" => Encoding.UTF8.GetBytes(new string('x', 2000)),
            _ => Encoding.UTF8.GetBytes(content),
        });

        await AssertFailsAsync("BPT1220", reason);
    }

    [TestMethod]
    public async Task A_tar_of_something_else_is_refused()
    {
        directory.Write("archive.tar", TestLayer.Tar(("etc/passwd", "root")));

        await AssertFailsAsync("BPT1220", "it holds neither 'oci-layout' and 'index.json' nor 'manifest.json'");
    }

    [TestMethod]
    public async Task An_archive_that_is_cut_off_is_refused_wherever_it_ends()
    {
        await new OciArchiveStore(Archive).WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None);
        byte[] whole = await File.ReadAllBytesAsync(Archive);
        foreach (byte[] bytes in new[] { whole, TestLayer.Gzip(whole) })
        {
            foreach (int length in new[] { 100, 700, bytes.Length / 2 })
            {
                directory.Write("archive.tar", bytes.AsSpan(0, length));
                await AssertFailsAsync("BPT1220", null);
            }
        }
    }

    [TestMethod]
    public async Task An_archive_of_the_other_kind_is_refused_with_the_right_scheme()
    {
        Image image = TestImages.Create("one");
        await new OciArchiveStore(Archive).WriteAsync(image, ["1.0"], null, CancellationToken.None);
        await new DockerArchiveStore(directory.Combine("docker.tar")).WriteAsync(image, ["1.0"], null, CancellationToken.None);

        OciException oci = await Assert.ThrowsExactlyAsync<OciException>(() => new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None));
        OciException docker = await Assert.ThrowsExactlyAsync<OciException>(() => new OciArchiveStore(directory.Combine("docker.tar")).ReadAsync(null, TestImages.Amd64, CancellationToken.None));

        Assert.AreEqual($"'{Archive}' is of the kind 'oci-archive' and not 'docker-archive'. Write 'oci-archive:{Archive}'.", oci.Message);
        Assert.AreEqual($"'{directory.Combine("docker.tar")}' is of the kind 'docker-archive' and not 'oci-archive'. Write 'docker-archive:{directory.Combine("docker.tar")}'.", docker.Message);
        Assert.AreEqual(("BPT1221", "BPT1221"), (oci.Code, docker.Code));
    }

    [TestMethod]
    public async Task A_missing_archive_has_no_image_and_cannot_be_opened()
    {
        Assert.IsNull(await new OciArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None));
        Assert.IsNull(await new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None));
        await AssertFailsAsync("BPT1201", null);
    }

    [TestMethod]
    public async Task A_changed_plain_layer_of_a_docker_archive_is_refused_by_whoever_reads_it()
    {
        byte[] tar = TestLayer.Tar(("a", "b"));
        Image image = Image.Empty(TestImages.Amd64).Append(TestLayer.Create(("a", "b")));
        tar[512] ^= 1;
        WriteDocker(Encoding.UTF8.GetString(image.ConfigBytes.Span), """[{"Config":"config.json","Layers":["layer.tar"]}]""", tar);
        Image read = (await new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None))!;

        Assert.AreEqual("BPT1203", (await Assert.ThrowsExactlyAsync<OciException>(() => TestImages.ReadAllAsync(read.Layers[0]))).Code);
    }

    [TestMethod]
    public async Task A_changed_compressed_layer_of_a_docker_archive_is_refused()
    {
        Image image = Image.Empty(TestImages.Amd64).Append(TestLayer.Create(("a", "b")));
        WriteDocker(Encoding.UTF8.GetString(image.ConfigBytes.Span), """[{"Config":"config.json","Layers":["layer.tar"]}]""", TestLayer.Gzip(TestLayer.Tar(("a", "c"))));

        await AssertReadFailsAsync("BPT1203");
    }

    [TestMethod]
    public async Task A_compressed_layer_of_a_docker_archive_that_unpacks_without_end_is_refused_before_its_end()
    {
        byte[] zeros = new byte[1 << 20];
        Image image = Image.Empty(TestImages.Amd64).Append(TestLayer.OfContent(zeros)).Append(TestLayer.OfContent(zeros));
        WriteDocker(Encoding.UTF8.GetString(image.ConfigBytes.Span), """[{"Config":"config.json","Layers":["layer.tar","layer.tar"]}]""", TestLayer.Gzip(zeros));
        ArchiveFiles files = await ArchiveFiles.OpenAsync(Archive, CancellationToken.None);

        // An image is bounded as a whole: one layer can be listed many times.
        Assert.IsNotNull(await new DockerArchiveReader(files, 2 << 20).ReadAsync(null, TestImages.Amd64, CancellationToken.None));
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => new DockerArchiveReader(files, (2 << 20) - 1).ReadAsync(null, TestImages.Amd64, CancellationToken.None));

        Assert.AreEqual("BPT1222", error.Code);
        StringAssert.Contains(error.Message, "its layers unpack to more than 2097151 bytes");
    }

    [TestMethod]
    [DataRow("", "BPT1222")]
    [DataRow("{}", "BPT1222")]
    [DataRow("[1]", "BPT1222")]
    [DataRow("""[{"Layers":[]}]""", "BPT1222")]
    [DataRow("""[{"Config":1,"Layers":[]}]""", "BPT1222")]
    [DataRow("""[{"Config":"missing.json","Layers":[]}]""", "BPT1222")]
    [DataRow("""[{"Config":"../../../../etc/passwd","Layers":[]}]""", "BPT1222")]
    [DataRow("""[{"Config":"config.json","Layers":["../../etc/passwd"]}]""", "BPT1222")]
    [DataRow("""[{"Config":"config.json","Layers":[]}]""", "BPT1004")]
    [DataRow("""[{"Config":"layer.tar","Layers":[]}]""", "BPT1003")]
    public async Task A_docker_archive_with_a_bad_manifest_is_refused(string manifest, string code)
    {
        Image image = Image.Empty(TestImages.Amd64).Append(TestLayer.Create(("a", "b")));
        WriteDocker(Encoding.UTF8.GetString(image.ConfigBytes.Span), manifest, TestLayer.Tar(("a", "b")));

        await AssertReadFailsAsync(code);
    }

    [TestMethod]
    public async Task A_config_that_is_not_what_its_name_says_is_refused()
    {
        string hex = Digest.Of([1]).Hex;
        Image image = Image.Empty(TestImages.Amd64);
        directory.Write("archive.tar", TestLayer.Tar((hex + ".json", Encoding.UTF8.GetString(image.ConfigBytes.Span)), ("manifest.json", $$"""[{"Config":"{{hex}}.json","Layers":[]}]""")));

        await AssertReadFailsAsync("BPT1203");
    }

    [TestMethod]
    public async Task An_archive_of_endless_names_is_refused()
    {
        var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, System.Formats.Tar.TarEntryFormat.Gnu, leaveOpen: true))
        {
            for (int i = 0; i < 20; i++) writer.WriteEntry(new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, $"{i}/{new string('n', 1_000_000)}"));
        }
        directory.Write("archive.tar", tar.ToArray());

        await AssertFailsAsync("BPT1220", "it has more names than any image");
    }

    [TestMethod]
    public async Task A_hard_link_that_states_the_size_of_its_file_has_no_content()
    {
        byte[] layer = TestLayer.Tar(("a", "b"));
        Image image = Image.Empty(TestImages.Amd64).Append(TestLayer.Create(("a", "b")));
        byte[] link = TarHeader.Encode((byte)'1', "link.tar", "layer.tar", 0b110_100_100, 0, 0, layer.Length, 0);
        byte[] rest = TestLayer.Tar(("config.json", Encoding.UTF8.GetString(image.ConfigBytes.Span)), ("manifest.json", """[{"Config":"config.json","Layers":["link.tar"]}]"""));
        directory.Write("archive.tar", [.. TarHeader.Encode((byte)'0', "layer.tar", "", 0b110_100_100, 0, 0, layer.Length, 0), .. layer, .. link, .. rest]);

        Image read = (await new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None))!;

        Assert.AreSequenceEqual(layer, await TestImages.ReadAllAsync(read.Layers[0]));
    }

    private void WriteDocker(string config, string manifest, byte[] layer)
    {
        byte[] head = TestLayer.Tar(("config.json", config), ("manifest.json", manifest));
        var tar = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(tar, System.Formats.Tar.TarEntryFormat.Ustar, leaveOpen: true))
        {
            using var reader = new System.Formats.Tar.TarReader(new MemoryStream(head));
            while (reader.GetNextEntry() is { } entry) writer.WriteEntry(entry);
            writer.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "layer.tar") { DataStream = new MemoryStream(layer) });
        }
        directory.Write("archive.tar", tar.ToArray());
    }

    private async Task AssertReadFailsAsync(string code) => Assert.AreEqual(code, (await Assert.ThrowsExactlyAsync<OciException>(() =>
        new DockerArchiveStore(Archive).ReadAsync(null, TestImages.Amd64, CancellationToken.None))).Code);

    private async Task AssertFailsAsync(string code, string? reason)
    {
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ImageArchive.OpenAsync(Archive, CancellationToken.None));
        Assert.AreEqual(code, error.Code);
        StringAssert.Contains(error.Message, Archive);
        if (reason is not null) StringAssert.Contains(error.Message, reason);
    }
}

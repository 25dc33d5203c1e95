using System.Collections.Concurrent;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianImageAssemblerTests
{
    private static SigningKeys keys = null!;
    private static SigningKeys otherKeys = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task CreateKeysAsync(TestContext _)
    {
        keys = await SigningKeys.CreateAsync();
        otherKeys = await SigningKeys.CreateAsync();
    }

    [ClassCleanup]
    public static async Task EndKeysAsync()
    {
        await keys.DisposeAsync();
        await otherKeys.DisposeAsync();
    }

    [TestMethod]
    public async Task A_run_image_holds_the_files_of_its_packages_and_what_their_scripts_would_have_made()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        Image image = await AssembleAsync(archive, cache);

        Assert.AreSequenceEqual(
            [
                "bin -> usr/bin",
                "etc/ 755 0",
                @"etc/group 644 0 'root:x:0:\nnogroup:x:65534:\napp:x:1654:\n'",
                @"etc/nsswitch.conf 644 0 'passwd: files\ngroup: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n'",
                "etc/os-release -> ../usr/lib/os-release",
                @"etc/passwd 644 0 'root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\napp:x:1654:1654:app:/home/app:/usr/sbin/nologin\n'",
                "etc/ssl/ 755 0",
                "etc/ssl/certs/ 755 0",
                @"etc/ssl/certs/ca-certificates.crt 644 0 'A\nB\n'",
                "home/ 755 0",
                "home/app/ 755 1654",
                "lib -> usr/lib",
                "lib64 -> usr/lib64",
                "root/ 700 0",
                "sbin -> usr/sbin",
                "tmp/ 1777 0",
                "usr/ 755 0",
                "usr/bin/ 755 0",
                "usr/bin/su 755 0 'setuid'",
                "usr/bin/su2 755 0 'setuid'",
                "usr/lib/ 755 0",
                @"usr/lib/os-release 644 0 'ID=debian\nVERSION_ID=""13""\nVERSION_CODENAME=test\n'",
                "usr/lib/ssl/ 755 0",
                "usr/lib/ssl/cert.pem -> /etc/ssl/certs/ca-certificates.crt",
                "usr/lib/ssl/certs -> /etc/ssl/certs",
                "usr/lib/x86_64-linux-gnu/ 755 0",
                "usr/lib/x86_64-linux-gnu/libc.so -> libc.so.6",
                "usr/lib/x86_64-linux-gnu/libc.so.6 755 0 'libc'",
                "usr/lib/x86_64-linux-gnu/libstdc++.so.6 644 0 'libstdc++'",
                "usr/lib64/ 755 0",
                "usr/lib64/ld-linux.so.2 -> /lib/x86_64-linux-gnu/libc.so.6",
                "usr/sbin/ 755 0",
                "usr/share/ 755 0",
                "usr/share/doc/ 755 0",
                "usr/share/doc/libc6/ 755 0",
                "usr/share/doc/libc6/copyright 644 0 'free'",
                "usr/share/zoneinfo/ 755 0",
                "usr/share/zoneinfo/UTC 644 0 'UTC'",
            ],
            (await LayerListing.ReadAsync(image.Layers.Single(), Token)).Where(static line => !line.StartsWith("var/", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_run_image_has_a_record_of_each_package_for_scanners()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        Image image = await AssembleAsync(archive, cache);

        string[] records = [.. (await LayerListing.ReadAsync(image.Layers.Single(), Token)).Where(static line => line.StartsWith("var/lib/dpkg/status.d/", StringComparison.Ordinal))];
        Assert.AreSequenceEqual(
            ["base-files", "ca-certificates", "gcc-14-base", "libc6", "libgcc-s1", "libssl3t64", "libstdc++6", "netbase", "tzdata"],
            records.Select(static line => line["var/lib/dpkg/status.d/".Length..].Split(' ')[0]).Where(static name => name.Length > 0 && !name.EndsWith(".md5sums", StringComparison.Ordinal)));
        Assert.Contains($"var/lib/dpkg/status.d/libc6 644 0 '{TestSuites.LibC.Control.Replace("\n", "\\n", StringComparison.Ordinal)}'", records);
        Assert.IsTrue(records.Any(static line => line.StartsWith("var/lib/dpkg/status.d/libc6.md5sums", StringComparison.Ordinal) && line.Contains("  lib/x86_64-linux-gnu/libc.so.6", StringComparison.Ordinal) && !line.Contains("gconv", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_run_images_config_says_who_runs_and_what_it_is_made_of()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        Image image = await AssembleAsync(archive, cache);

        Assert.AreEqual(new Platform("linux", "amd64"), image.Config.Platform);
        Assert.AreEqual("1654:1654", image.Config.User);
        Assert.AreEqual("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin APP_UID=1654", string.Join(' ', image.Config.Environment.Select(static variable => $"{variable.Key}={variable.Value}")));
        Assert.AreEqual(
            "io.buildpacks.base.distro.name=debian io.buildpacks.base.distro.version=13 io.buildpacks.base.id=debian-test",
            string.Join(' ', image.Config.Labels.Select(static label => $"{label.Key}={label.Value}")));
    }

    [TestMethod]
    public async Task An_unchanged_suite_costs_one_conditional_request_for_each_of_its_pockets_and_nothing_else()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        await archive.PublishAsync("test-updates", keys, []);
        await archive.PublishAsync("test-security", keys, []);
        Image first = await AssembleAsync(archive, cache);
        archive.Requests.Clear();

        Image second = await AssembleAsync(archive, cache);

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.IsFalse(((KnownLayer)second.Layers[0]).Created);
        Assert.AreSequenceEqual(
            ["dists/test-security/InRelease if changed: 304", "dists/test-updates/InRelease if changed: 304", "dists/test/InRelease if changed: 304"],
            archive.Requests.Select(static request => request.ToString()).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task A_newer_package_in_the_security_pocket_is_taken_and_only_it_is_fetched()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        await AssembleAsync(archive, cache);
        archive.Requests.Clear();
        await archive.PublishAsync("test-security", keys, [new TestPackage("tzdata", "2026b") { Architecture = "all" }]);

        Image image = await AssembleAsync(archive, cache);

        Assert.IsTrue((await LayerListing.ReadAsync(image.Layers[0], Token)).Any(static line => line.Contains("tzdata", StringComparison.Ordinal) && line.Contains("Version: 2026b", StringComparison.Ordinal)));
        Assert.AreSequenceEqual(
            ["dists/test-security/InRelease", archive.Find("dists/test-security/main"), "dists/test/InRelease", "pool/main/t/tzdata/tzdata_2026b_all.deb"],
            archive.Requests.Where(static request => request.Status != 404).Select(static request => request.Path).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task Icu_is_added_only_when_asked_for_and_then_the_newest()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        Image without = await AssembleAsync(archive, cache);
        Image with = await AssembleAsync(archive, cache, icu: true);

        Assert.IsFalse((await LayerListing.ReadAsync(without.Layers[0], Token)).Any(static line => line.Contains("libicu", StringComparison.Ordinal)));
        Assert.AreSequenceEqual(
            ["usr/lib/libicu76.so 644 0 '76'"],
            (await LayerListing.ReadAsync(with.Layers[0], Token)).Where(static line => line.StartsWith("usr/lib/libicu", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task An_armored_keyring_serves_too()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        Image image = await AssembleAsync(archive, cache, keyring: keys.ArmoredKeyring);

        Assert.HasCount(1, image.Layers);
    }

    [TestMethod]
    public async Task A_suite_that_is_signed_by_nobody_trusted_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", otherKeys, TestSuites.RunImage);

        await AssertErrorAsync("BPT4016", "the keyring does not have the key", archive, cache);
    }

    [TestMethod]
    public async Task A_suite_that_was_verified_once_is_not_trusted_with_other_keys()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        await AssembleAsync(archive, cache);

        await AssertErrorAsync("BPT4016", "the keyring does not have the key", archive, cache, keyring: otherKeys.Keyring);
    }

    [TestMethod]
    public async Task A_suite_that_is_not_signed_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", null, TestSuites.RunImage);

        await AssertErrorAsync("BPT4015", "is not signed", archive, cache);
    }

    [TestMethod]
    public async Task A_suite_that_was_changed_after_signing_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        await ChangeAsync(archive, "dists/test/InRelease", "13.7", "13.8");

        await AssertErrorAsync("BPT4016", "the file is not as it was signed", archive, cache);
    }

    [TestMethod]
    public async Task What_stands_outside_of_the_signature_does_not_count()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        byte[] signed = await GetAsync(archive, "dists/test/InRelease");
        archive.Replace("dists/test/InRelease", [.. "-----BEGIN PGP SIGNED MESSAGE-----\n\nCodename: test\n\n"u8, .. signed]);

        await AssertErrorAsync("BPT4016", "is not trusted", archive, cache);
    }

    [TestMethod]
    public async Task An_index_that_is_not_the_signed_one_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        string index = archive.Find("by-hash");
        byte[] content = await GetAsync(archive, index);
        content[^1] ^= 1;
        archive.Replace(index, content);

        await AssertErrorAsync("BPT4012", "its SHA256 is not the one that the signed index has", archive, cache);
    }

    [TestMethod]
    public async Task A_package_that_is_not_the_indexed_one_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        byte[] content = await GetAsync(archive, TestSuites.LibC.FileName);
        content[^1] ^= 1;
        archive.Replace(TestSuites.LibC.FileName, content);

        await AssertErrorAsync("BPT4012", "its SHA256 is not the one that the signed index has", archive, cache);
    }

    [TestMethod]
    public async Task A_package_of_another_length_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        archive.Replace(TestSuites.LibC.FileName, "short"u8.ToArray());

        await AssertErrorAsync("BPT4012", "it has 5 bytes where", archive, cache);
    }

    [TestMethod]
    public async Task A_download_that_breaks_off_is_tried_again_and_then_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        archive.CutOff[TestSuites.LibC.FileName] = true;

        await AssertErrorAsync("BPT4011", "libc6_2.41_amd64.deb", archive, cache);

        Assert.AreEqual(3, archive.Requests.Count(static request => request.Path == TestSuites.LibC.FileName));
        Assert.IsEmpty(Directory.EnumerateFiles(cache.Combine("tmp")));
    }

    [TestMethod]
    public async Task A_package_that_the_mirror_lost_is_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        archive.Remove(TestSuites.LibC.FileName);

        await AssertErrorAsync("BPT4023", "libc6_2.41_amd64.deb", archive, cache);
    }

    [TestMethod]
    public async Task A_suite_whose_time_is_over_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage, validUntil: DateTimeOffset.UtcNow.AddDays(-1));

        await AssertErrorAsync("BPT4020", "was valid until", archive, cache);
    }

    [TestMethod]
    public async Task A_suite_that_calls_itself_otherwise_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage, codename: "older");

        await AssertErrorAsync("BPT4021", "is of the suite older and not of 'test'", archive, cache);
    }

    [TestMethod]
    public async Task A_suite_that_is_not_there_is_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();

        await AssertErrorAsync("BPT4014", "has no suite 'test'", archive, cache);
    }

    [TestMethod]
    public async Task An_architecture_that_the_suite_does_not_have_is_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);

        await AssertErrorAsync("BPT4022", "has no packages for arm64. It has amd64", archive, cache, architecture: "arm64");
    }

    [TestMethod]
    public async Task A_mirror_that_does_not_answer_is_reported()
    {
        var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.DisposeAsync();

        await AssertErrorAsync("BPT4011", "cannot be fetched", archive, cache);
    }

    [TestMethod]
    public async Task A_keyring_that_is_not_there_is_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();

        await AssertErrorAsync("BPT4017", "no-such.gpg", archive, cache, keyring: cache.Combine("no-such.gpg"));
    }

    [TestMethod]
    public async Task An_index_that_is_malformed_is_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage, indexed: static text => text.Replace("Filename: pool/", "Filename: ../pool/", StringComparison.Ordinal));

        await AssertErrorAsync("BPT4001", "its file is outside of the archive", archive, cache);
    }

    [TestMethod]
    public async Task Two_packages_with_one_path_are_reported()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, [.. TestSuites.RunImage.Where(static package => package.Name != "netbase"), new TestPackage("netbase", "7") { Entries = [TestPackage.File("./usr/share/zoneinfo/UTC", "mine")] }]);

        await AssertErrorAsync("BPT4031", "'netbase' and 'tzdata' both have '/usr/share/zoneinfo/UTC'", archive, cache);
    }

    [TestMethod]
    [DataRow(false, false, DisplayName = "cut off")]
    [DataRow(true, false, DisplayName = "cut off, and forgotten what was in it")]
    [DataRow(false, true, DisplayName = "as long as before")]
    public async Task A_cache_whose_content_was_damaged_is_made_whole_again(bool isForgotten, bool isAsLong)
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        var notes = new ConcurrentQueue<string>();
        Image first = await AssembleAsync(archive, cache, note: notes.Enqueue);
        Assert.IsEmpty(notes);
        if (isForgotten) Directory.Delete(cache.Combine("records"), recursive: true);
        File.Delete(cache.Combine("blobs", "sha256", first.Layers[0].Descriptor.Digest.Hex));
        foreach (string blob in Directory.GetFiles(Path.Combine(cache.Path, "blobs"), "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(blob, Token);
            byte[] damaged = isAsLong ? [.. bytes.Select(static one => (byte)(one ^ 1))] : bytes[..(bytes.Length / 2)];
            await File.WriteAllBytesAsync(blob, damaged, Token);
        }

        Image second = await AssembleAsync(archive, cache, note: notes.Enqueue);

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.IsTrue(!notes.IsEmpty && notes.All(static note => note.Contains(" damaged", StringComparison.Ordinal)), string.Join('\n', notes));
    }

    [TestMethod]
    public async Task A_package_whose_files_go_while_they_are_used_is_unpacked_again()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        using var repository = new DebianRepository(
            DebianSources.FromMachine(archive.Uri.ToString(), keys.Keyring), "debian", "test", new Platform("linux", "amd64"), new LayerCache(cache.Path, long.MaxValue), TimeProvider.System, null);
        IReadOnlyList<ResolvedPackage> packages = await repository.ResolveAsync(await repository.OpenAsync(Token), static index => RunImagePackages.Find(index, false), "run image", [], Token);
        (ResolvedPackage, UnpackedPackage)[] unpacked = [.. packages.Zip(await repository.Packages.GetAsync(packages, null, Token))];
        Directory.Delete(cache.Combine("blobs"), recursive: true);

        IReadOnlyCollection<LayerEntry> entries = await new PackageLayer(repository.Packages).EntriesAsync(unpacked, Token);

        LayerContents contents = LayerContents.Create(entries);
        Assert.IsTrue((await new LayerCache(cache.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token)).Created);
    }

    [TestMethod]
    public async Task A_mirrors_password_is_sent_to_the_mirror_and_kept_nowhere()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        string mirror = new UriBuilder(archive.Uri) { UserName = "ada", Password = "canary-secret" }.Uri.AbsoluteUri;
        Image first = await AssembleAsync(archive, cache, mirror: mirror);
        Directory.Delete(cache.Combine("blobs"), recursive: true);

        Image second = await AssembleAsync(archive, cache, mirror: mirror);

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.IsTrue(archive.Authorizations.All(static one => one == "Basic " + Convert.ToBase64String("ada:canary-secret"u8)), string.Join(' ', archive.Authorizations));
        foreach (string file in Directory.GetFiles(cache.Path, "*", SearchOption.AllDirectories))
            Assert.IsLessThan(0, (await File.ReadAllBytesAsync(file, Token)).AsSpan().IndexOf("canary-secret"u8), file);
    }

    [TestMethod]
    public async Task A_suite_that_is_older_than_the_one_that_was_seen_does_not_take_its_place()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        byte[] older = await GetAsync(archive, "dists/test/InRelease");
        await archive.PublishAsync("test", keys, [.. TestSuites.RunImage.Where(static package => package.Name != "tzdata"), new TestPackage("tzdata", "2026b") { Architecture = "all" }], date: "Sun, 13 Sep 2026 07:55:41 UTC");
        Image newer = await AssembleAsync(archive, cache);
        archive.Replace("dists/test/InRelease", older);

        Image again = await AssembleAsync(archive, cache);

        Assert.AreEqual(newer.Digest, again.Digest);
    }

    private async Task<Image> AssembleAsync(TestArchive archive, TemporaryDirectory cache, bool icu = false, string? keyring = null, string architecture = "amd64", string? mirror = null, Action<string>? note = null) =>
        await new DebianImageAssembler(DebianSources.FromMachine(mirror ?? archive.Uri.ToString(), keyring ?? keys.Keyring), new LayerCache(cache.Path, long.MaxValue, note: note), TimeProvider.System)
            .AssembleAsync(new DebianRunImageRequest { Name = DebianRunImageName.Parse("debian://test"), Platform = new Platform("linux", architecture), IncludeIcu = icu }, Token);

    private async Task AssertErrorAsync(string code, string part, TestArchive archive, TemporaryDirectory cache, string? keyring = null, string architecture = "amd64")
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => AssembleAsync(archive, cache, keyring: keyring, architecture: architecture));
        Assert.AreEqual(code, error.Code, error.Message);
        Assert.Contains(part, error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    private static async Task ChangeAsync(TestArchive archive, string path, string from, string to)
    {
        string content = System.Text.Encoding.UTF8.GetString(await GetAsync(archive, path));
        Assert.Contains(from, content);
        archive.Replace(path, System.Text.Encoding.UTF8.GetBytes(content.Replace(from, to, StringComparison.Ordinal)));
    }

    private static async Task<byte[]> GetAsync(TestArchive archive, string path)
    {
        using var http = new HttpClient();
        return await http.GetByteArrayAsync(new Uri(archive.Uri, path));
    }
}

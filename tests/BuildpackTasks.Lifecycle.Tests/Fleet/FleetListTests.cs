using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Lists of images in files.</summary>
[TestClass]
public sealed class FleetListTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task Comments_blank_lines_and_the_ends_of_other_systems_lines_say_nothing()
    {
        string text = "\uFEFF# the shop\r\nregistry.example.com/shop/web:1.4\r\n\r\n   \t\nregistry.example.com/shop/api # the other one\n  oci:images#1:2  \n#registry.example.com/old:1\n\nlocalhost:5000/last:3";

        FleetItem[] items = await ReadAsync(Encoding.UTF8.GetBytes(text), out string directory);

        Assert.AreEqual(
            $"registry.example.com/shop/web:1.4 registry.example.com/shop/api:latest oci:{directory}/images#1:2 localhost:5000/last:3",
            string.Join(' ', items.Select(static item => item.Name)));
        Assert.IsTrue(items.All(static item => item.Problem is null));
    }

    [TestMethod]
    [DataRow("registry.example.com/Shop:1", "BPT1002")]
    [DataRow("two names", "BPT1002")]
    [DataRow("registry.example.com/shop/web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "BPT2252")]
    [DataRow("oci:layout", "BPT2252")]
    [DataRow("docker-archive:file.tar:1", "BPT2253")]
    [DataRow("scratch", "BPT2253")]
    [DataRow("./layout", "BPT1231")]
    public async Task A_broken_line_is_an_item_that_names_file_and_line_and_the_others_go_on(string line, string code)
    {
        FleetItem[] items = await ReadAsync(Encoding.UTF8.GetBytes($"# a list\n{line}\nregistry.example.com/shop/web:1\n"), out string directory);

        Assert.AreEqual(2, items.Length);
        Assert.AreEqual("BPT2251", items[0].Problem!.Code);
        Assert.StartsWith($"{directory}/fleet.txt(2): ", items[0].Problem!.Message);
        Assert.AreEqual(code, ((Oci.CodedException)items[0].Problem!.InnerException!).Code);
        Assert.AreEqual("registry.example.com/shop/web:1", items[1].Name);
    }

    [TestMethod]
    public async Task Lines_that_are_not_text_or_longer_than_any_name_are_items_too()
    {
        byte[] list = [0xff, 0xfe, 0x00, (byte)'\n', .. Encoding.UTF8.GetBytes(new string('a', 1_000_000)), (byte)'\n', .. "registry.example.com/shop/web:1"u8];

        FleetItem[] items = await ReadAsync(list, out _);

        Assert.AreEqual("BPT2251 BPT2251 ", string.Join(' ', items.Select(static item => item.Problem?.Code)));
        Assert.Contains("not UTF-8", items[0].Problem!.Message);
        Assert.Contains("longer than 8192 bytes", items[1].Problem!.Message);
    }

    [TestMethod]
    public async Task A_list_that_is_not_there_or_is_too_large_cannot_be_read()
    {
        using var directory = new TemporaryDirectory();
        string large = directory.Combine("large");
        using (FileStream file = File.Create(large)) file.SetLength((64 << 20) + 1);

        foreach (string path in (string[])[directory.Combine("missing"), directory.Path, large])
        {
            LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () => await FleetList.ReadAsync(path, TestContext.CancellationToken).ToArrayAsync(TestContext.CancellationToken));
            Assert.AreEqual("BPT2250", error.Code);
        }
    }

    [TestMethod]
    public async Task Names_that_mean_the_same_image_are_the_same()
    {
        FleetItem[] items = await ReadAsync("Registry.Example.com/shop/web\nregistry.example.com/shop/web:latest\nshop\ndocker.io/library/shop:latest\n"u8.ToArray(), out _);

        Assert.AreEqual(items[0].Name, items[1].Name);
        Assert.AreEqual(items[2].Name, items[3].Name);
    }

    private Task<FleetItem[]> ReadAsync(byte[] list, out string path)
    {
        var directory = new TemporaryDirectory();
        path = directory.Path;
        string file = directory.Write("fleet.txt", list);
        return ReadAsync();

        async Task<FleetItem[]> ReadAsync()
        {
            using (directory) return await FleetList.ReadAsync(file, TestContext.CancellationToken).ToArrayAsync(TestContext.CancellationToken);
        }
    }
}

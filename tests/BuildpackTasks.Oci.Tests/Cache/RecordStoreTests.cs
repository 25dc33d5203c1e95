using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RecordStoreTests
{
    private static readonly Digest Key = Digest.Of("key"u8);

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task A_record_is_read_back_and_replaced()
    {
        using var directory = new TemporaryDirectory();
        RecordStore records = new LayerCache(directory.Path, maxSize: long.MaxValue).Records;
        Assert.IsNull(await records.TryReadAsync(Key, 100, TestContext.CancellationToken));

        await records.WriteAsync(Key, "one"u8.ToArray(), TestContext.CancellationToken);
        await records.WriteAsync(Key, "two"u8.ToArray(), TestContext.CancellationToken);

        Assert.AreSequenceEqual("two"u8.ToArray(), await records.TryReadAsync(Key, 3, TestContext.CancellationToken));
        Assert.IsNull(await records.TryReadAsync(Key, 2, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task A_damaged_record_counts_as_not_there()
    {
        using var directory = new TemporaryDirectory();
        RecordStore records = new LayerCache(directory.Path, maxSize: long.MaxValue).Records;
        await records.WriteAsync(Key, "content"u8.ToArray(), TestContext.CancellationToken);
        string file = Directory.EnumerateFiles(Path.Combine(directory.Path, "records")).Single();
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.CancellationToken);

        Assert.IsNull(await records.TryReadAsync(Key, 100, TestContext.CancellationToken));
    }
}

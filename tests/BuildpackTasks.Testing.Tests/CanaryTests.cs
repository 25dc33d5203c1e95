using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Testing.Tests;

[TestClass]
public sealed class CanaryTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("a")]
    [DataRow("ab")]
    public void It_is_found_in_the_middle_of_what_is_encoded_and_compressed(string before)
    {
        using var directory = new TemporaryDirectory();
        var canary = new Canary();
        byte[] encoded = Encoding.ASCII.GetBytes("x" + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{canary.Secret}:more")));
        directory.Write("sub/zipped", Gzip(Archive(encoded)));
        directory.Write("plain", canary.Secret);
        directory.Write("other", new Canary().Secret);

        CollectionAssert.AreEqual(new[] { directory.Combine("plain"), directory.Combine("sub/zipped") }, canary.FindIn(directory.Path).ToArray());
        CollectionAssert.AreEqual(new[] { directory.Combine("sub/zipped") }, canary.FindIn(directory.Path, directory.Combine("plain")).ToArray());
        Assert.IsTrue(canary.IsIn(Encoding.Unicode.GetBytes(canary.Secret)));
        Assert.IsFalse(canary.IsIn("PK\u0003\u0004 and PK\u0005\u0006 are no archive, whatever comes after them"));
    }

    private static byte[] Archive(byte[] bytes)
    {
        using var result = new MemoryStream();
        result.Write("what is before"u8);
        using var inner = new MemoryStream();
        using (var archive = new ZipArchive(inner, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("entry").Open();
            entry.Write(bytes);
        }
        inner.WriteTo(result);
        result.Write("what is after"u8);
        return result.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionMode.Compress)) gzip.Write(bytes);
        return result.ToArray();
    }
}

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class DigestTests
{
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestMethod]
    public void The_digest_of_nothing_is_the_known_one()
    {
        Assert.AreEqual(Empty, Digest.Of([]).ToString());
        Assert.AreEqual("sha256", Digest.Of([]).Algorithm);
        Assert.AreEqual(Empty[7..], Digest.Of([]).Hex);
    }

    [TestMethod]
    public void A_sha512_digest_is_one_too()
    {
        string text = "sha512:" + new string('a', 128);

        Assert.AreEqual(text, Digest.Parse(text).ToString());
        Assert.AreEqual("sha512", Digest.Parse(text).Algorithm);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("abcdef")]
    [DataRow("sha256")]
    [DataRow("sha256:")]
    [DataRow("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [DataRow("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [DataRow("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [DataRow("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [DataRow("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85g")]
    [DataRow("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [DataRow("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow("sha256:../../../../../../../../../../../../../../../../etc/passwd/.././")]
    public void Any_other_text_is_refused(string text)
    {
        Assert.IsFalse(Digest.TryParse(text, out _));
        Assert.AreEqual("BPT1001", Assert.ThrowsExactly<OciException>(() => Digest.Parse(text)).Code);
    }

    [TestMethod]
    public void Every_text_of_up_to_ten_characters_is_refused_without_an_exception()
    {
        for (int length = 0; length <= 10; length++) Assert.IsFalse(Digest.TryParse(new string('a', length), out _));
        Assert.IsFalse(Digest.TryParse(null, out _));
    }

    [TestMethod]
    public void Digests_are_equal_and_ordered_by_their_text()
    {
        Assert.AreEqual(Digest.Parse(Empty), Digest.Of([]));
        Assert.IsTrue(Digest.Parse("sha256:" + new string('0', 64)) < Digest.Parse(Empty));
    }
}

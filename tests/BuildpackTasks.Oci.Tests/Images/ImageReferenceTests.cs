namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImageReferenceTests
{
    private const string Hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [TestMethod]
    [DataRow("web", "docker.io", "library/web", null, null)]
    [DataRow("web:1.0", "docker.io", "library/web", "1.0", null)]
    [DataRow("shop/web", "docker.io", "shop/web", null, null)]
    [DataRow("docker.io/web", "docker.io", "library/web", null, null)]
    [DataRow("index.docker.io/shop/web", "docker.io", "shop/web", null, null)]
    [DataRow("registry-1.docker.io/web", "docker.io", "library/web", null, null)]
    [DataRow("localhost/x", "localhost", "x", null, null)]
    [DataRow("localhost:5000/x", "localhost:5000", "x", null, null)]
    [DataRow("localhost:5000/x:y", "localhost:5000", "x", "y", null)]
    [DataRow("localhost:5000", "docker.io", "library/localhost", "5000", null)]
    [DataRow("myhost:5000/x", "myhost:5000", "x", null, null)]
    [DataRow("127.0.0.1:5000/a/b/c", "127.0.0.1:5000", "a/b/c", null, null)]
    [DataRow("[::1]/x", "[::1]", "x", null, null)]
    [DataRow("[::1]:5000/x", "[::1]:5000", "x", null, null)]
    [DataRow("[2001:db8::1]:5000/x:1", "[2001:db8::1]:5000", "x", "1", null)]
    [DataRow("registry.example.com/shop/web:1.4", "registry.example.com", "shop/web", "1.4", null)]
    [DataRow("Registry.Example.com/web", "Registry.Example.com", "web", null, null)]
    [DataRow("a.b", "docker.io", "library/a.b", null, null)]
    [DataRow("a_b/c__d/e-f/g--h/i.j", "docker.io", "a_b/c__d/e-f/g--h/i.j", null, null)]
    [DataRow("web@" + Hash, "docker.io", "library/web", null, Hash)]
    [DataRow("r.example/web:1@" + Hash, "r.example", "web", "1", Hash)]
    [DataRow("web:_tag.with-All_9", "docker.io", "library/web", "_tag.with-All_9", null)]
    public void A_name_is_read(string text, string registry, string repository, string? tag, string? digest)
    {
        ImageReference reference = ImageReference.Parse(text);

        Assert.AreEqual(registry, reference.Registry);
        Assert.AreEqual(repository, reference.Repository);
        Assert.AreEqual(tag, reference.Tag);
        Assert.AreEqual(digest, reference.Digest?.ToString());
        Assert.AreEqual(digest ?? tag ?? "latest", reference.Selector);
        Assert.AreEqual(reference, ImageReference.Parse(reference.ToString()));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    [DataRow("Web")]
    [DataRow("shop/Web")]
    [DataRow("localhost:5000/Web")]
    [DataRow("Localhost/x")]
    [DataRow("web:")]
    [DataRow("web:.x")]
    [DataRow("web:a b")]
    [DataRow("web\n")]
    [DataRow("web:1\n")]
    [DataRow("/web")]
    [DataRow("web/")]
    [DataRow("shop//web")]
    [DataRow("../web")]
    [DataRow("shop/..")]
    [DataRow("a...b")]
    [DataRow("a___b")]
    [DataRow("-web")]
    [DataRow("web-")]
    [DataRow("web@")]
    [DataRow("web@sha256:abc")]
    [DataRow("web@md5:d41d8cd98f00b204e9800998ecf8427e")]
    [DataRow("https://registry.example.com/web")]
    [DataRow("user:password@registry.example.com/web")]
    [DataRow("localhost:70000/x")]
    [DataRow("localhost:x/y")]
    [DataRow("[::1/x")]
    [DataRow("[:::::::::]/x")]
    [DataRow("-host.example/x")]
    [DataRow("ünïcode/web")]
    public void Any_other_text_is_refused(string text)
    {
        Assert.IsFalse(ImageReference.TryParse(text, out _));
        Assert.AreEqual("BPT1002", Assert.ThrowsExactly<OciException>(() => ImageReference.Parse(text)).Code);
    }

    [TestMethod]
    public void Name_and_tag_have_the_lengths_that_registries_allow()
    {
        const string registry = "registry.example/";

        Assert.IsTrue(ImageReference.TryParse(registry + new string('a', 255 - registry.Length), out _));
        Assert.IsFalse(ImageReference.TryParse(registry + new string('a', 256 - registry.Length), out _));
        Assert.IsTrue(ImageReference.TryParse("web:" + new string('a', 128), out _));
        Assert.IsFalse(ImageReference.TryParse("web:" + new string('a', 129), out _));
        Assert.IsFalse(ImageReference.TryParse(new string('a', 1_000_000) + "/" + new string(':', 1_000_000), out _));
    }

    [TestMethod]
    public void Another_tag_drops_the_digest_and_a_digest_keeps_the_tag()
    {
        ImageReference reference = ImageReference.Parse("r.example/web:1@" + Hash);

        Assert.AreEqual("r.example/web:2", reference.WithTag("2").ToString());
        Assert.AreEqual("r.example/web:1@" + Hash, ImageReference.Parse("r.example/web:1").WithDigest(Digest.Parse(Hash)).ToString());
    }
}

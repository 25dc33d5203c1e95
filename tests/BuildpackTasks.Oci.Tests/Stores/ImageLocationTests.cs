namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImageLocationTests
{
    [TestMethod]
    [DataRow("scratch", ImageLocationKind.Scratch, null, null)]
    [DataRow("oci:/srv/web", ImageLocationKind.OciLayout, "/srv/web", null)]
    [DataRow("oci:/srv/web:1.0", ImageLocationKind.OciLayout, "/srv/web", "1.0")]
    [DataRow("oci:images/web:1.0", ImageLocationKind.OciLayout, "/base/images/web", "1.0")]
    [DataRow("oci:../web", ImageLocationKind.OciLayout, "/web", null)]
    [DataRow("oci:.", ImageLocationKind.OciLayout, "/base", null)]
    [DataRow("oci-archive:web.tar", ImageLocationKind.OciArchive, "/base/web.tar", null)]
    [DataRow("oci-archive:web.tar:latest", ImageLocationKind.OciArchive, "/base/web.tar", "latest")]
    [DataRow("docker-archive:/srv/web.tar.gz:shop/web:1.0", ImageLocationKind.DockerArchive, "/srv/web.tar.gz", "shop/web:1.0")]
    [DataRow("oci:web@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", ImageLocationKind.OciLayout, "/base/web", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void A_directory_a_file_or_nothing_is_read(string value, ImageLocationKind kind, string? path, string? selector)
    {
        ImageLocation location = ImageLocation.Parse(value, "/base");

        Assert.AreEqual((kind, path, selector, null), (location.Kind, location.Path, location.Selector, location.Reference));
        Assert.AreEqual(location, ImageLocation.Parse(location.ToString(), "/elsewhere"));
        Assert.AreEqual(path, location.OpenStore()?.Name);
    }

    [TestMethod]
    [DataRow(@"oci:C:\images\web:1.0", @"C:\images\web", "1.0")]
    [DataRow(@"oci:C:/images/web", "C:/images/web", null)]
    public void The_colon_of_a_drive_does_not_begin_a_tag(string value, string path, string? selector)
    {
        ImageLocation location = ImageLocation.Parse(value, "/base");

        StringAssert.EndsWith(location.Path, path);
        Assert.AreEqual(selector, location.Selector);
    }

    [TestMethod]
    [DataRow("debian", "docker.io/library/debian")]
    [DataRow("registry.example.com:5000/shop/web:1.0", "registry.example.com:5000/shop/web:1.0")]
    [DataRow("oci/web:1.0", "docker.io/oci/web:1.0")]
    [DataRow("dir:foo", "docker.io/library/dir:foo")]
    public void Anything_else_is_a_name_in_a_registry(string value, string name)
    {
        ImageLocation location = ImageLocation.Parse(value, "/base");

        Assert.AreEqual(ImageLocationKind.Registry, location.Kind);
        Assert.AreEqual(name, location.Reference?.ToString());
        Assert.IsNull(location.OpenStore());
    }

    [TestMethod]
    [DataRow("debian", true)]
    [DataRow("registry.example.com:5000/shop/web:1.0", true)]
    [DataRow("dir:foo", true)]
    [DataRow("oci:layout", false)]
    [DataRow("oci-archive:backup.tar", false)]
    [DataRow("oci:5000/dir/x", false)]
    [DataRow("docker-archive:web:1", false)]
    [DataRow("scratch:1", true)]
    [DataRow("/srv/web", false)]
    [DataRow("oci:a\0b", false)]
    public void What_is_opened_as_a_file_is_in_no_registry_though_it_looks_like_an_image(string value, bool expected)
    {
        Assert.AreEqual(expected, ImageLocation.IsInRegistry(value));
    }

    [TestMethod]
    [DataRow("ftp://example.com/image", "BPT1230", "'ftp://example.com/image' begins with the unknown scheme 'ftp'. Write an image reference, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], debian://SUITE or scratch.")]
    [DataRow("dir:/srv/web", "BPT1230", "'dir:/srv/web' begins with the unknown scheme 'dir'. Write an image reference, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], debian://SUITE or scratch.")]
    [DataRow("oci:", "BPT1231", "'oci:' does not say where an image is: the path is missing. Write oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].")]
    [DataRow("oci:web:", "BPT1231", "'oci:web:' does not say where an image is: the tag is missing. Write oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].")]
    [DataRow("./web.tar", "BPT1231", "'./web.tar' does not say where an image is: a path needs to say what it leads to. Write oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].")]
    [DataRow(@"C:\web.tar", "BPT1231", @"'C:\web.tar' does not say where an image is: a path needs to say what it leads to. Write oci:DIR[:TAG], oci-archive:FILE[:TAG] or docker-archive:FILE[:TAG].")]
    [DataRow("Web App", "BPT1002", "'Web App' is not an image reference. Write [registry/]repository[:tag][@digest], the repository in lower case.")]
    public void Reject_what_is_no_location(string value, string code, string message)
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => ImageLocation.Parse(value, "/base"));

        Assert.AreEqual((code, message), (error.Code, error.Message));
    }
}

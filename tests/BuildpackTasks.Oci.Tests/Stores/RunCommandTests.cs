using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RunCommandTests
{
    [TestMethod]
    [DataRow("web:1.0", "podman run --rm -p 8080:8080 web:1.0")]
    [DataRow("shop/web:1.0", "podman run --rm -p 8080:8080 shop/web:1.0")]
    [DataRow("localhost:5000/web:1.0", "podman run --rm -p 8080:8080 localhost:5000/web:1.0")]
    public void An_image_of_an_engine_runs_by_its_name(string name, string expected) =>
        Assert.AreEqual(expected, RunCommand.ForEngine(ContainerEngineKind.Podman, ImageReference.Parse(name), ["8080/tcp"]));

    [TestMethod]
    [DataRow("/srv/images/web", "podman run --rm -p 8080:8080 -p 53:53/udp oci:/srv/images/web:1.0")]
    [DataRow("/home/ann/Web/image", "cd /home/ann/Web && podman run --rm -p 8080:8080 -p 53:53/udp oci:image:1.0")]
    [DataRow("/home/ann/my apps/image/", "cd '/home/ann/my apps' && podman run --rm -p 8080:8080 -p 53:53/udp oci:image:1.0")]
    [DataRow("/home/ann/$(id)/Image", "tar -cC '/home/ann/$(id)/Image' . | podman load")]
    [DataRow("/home/ann/Image", "tar -cC /home/ann/Image . | podman load")]
    public void A_layout_runs_from_where_it_is(string layout, string expected) =>
        Assert.AreEqual(expected, RunCommand.ForLayout(layout, "1.0", ["8080/tcp", "53/udp"]));

    [TestMethod]
    public void An_archive_is_loaded()
    {
        Assert.AreEqual("docker load -i /srv/web.tar", RunCommand.ForArchive(ContainerEngineKind.Docker, "/srv/web.tar"));
        Assert.AreEqual("podman load -i '/srv/my web.tar'", RunCommand.ForArchive(ContainerEngineKind.Podman, "/srv/my web.tar"));
    }

    [TestMethod]
    public async Task What_is_printed_means_the_same_path_to_a_shell()
    {
        foreach (string file in (string[])["/plain/web.tar", "/my web", "/it's", "/a\"b", "/$HOME", "/`id`", "/a\\b", "/a*?[x]", "/a;b&c|d", "/#x", "/~", "/a\nb", "/!x", "/{a,b}", "/<x>", "/ünï"])
        {
            string command = RunCommand.ForArchive(ContainerEngineKind.Podman, file).Replace("podman load -i", "printf '%s.'", StringComparison.Ordinal);

            CommandResult result = await Command.RunAsync("sh", ["-c", command]);

            Assert.AreEqual(file + ".", result.EnsureSuccess().Output);
        }
    }
}

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class ImageNamesTests
{
    [TestMethod]
    [DataRow("linux-x64", "linux/amd64", "linux-x64")]
    [DataRow("linux-musl-arm64", "linux/arm64", "linux-musl-arm64")]
    [DataRow("linux-arm", "linux/arm/v7", "linux-arm")]
    [DataRow("linux-x86", "linux/386", "linux-x86")]
    [DataRow("linux-loongarch64", "linux/loong64", "linux-loongarch64")]
    [DataRow("ubuntu.24.04-x64", "linux/amd64", "linux-x64")]
    [DataRow("alpine-x64", "linux/amd64", "linux-musl-x64")]
    [DataRow("win-x64", "windows/amd64", "win-x64")]
    public void A_runtime_identifier_names_a_platform(string text, string platform, string canonical)
    {
        RuntimeIdentifier identifier = RuntimeIdentifier.Parse(text);

        Assert.AreEqual(platform, identifier.Platform.ToString());
        Assert.AreEqual(canonical, identifier.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("linux")]
    [DataRow("linux-")]
    [DataRow("any")]
    [DataRow("linux-z80")]
    [DataRow("linux-musl-x64-more")]
    public void What_is_no_platform_is_an_error(string text)
    {
        Assert.AreEqual("BPT3004", Assert.ThrowsExactly<DotNetException>(() => RuntimeIdentifier.Parse(text).Platform).Code);
    }

    [TestMethod]
    [DataRow("8080", null, "8080/tcp")]
    [DataRow("8080", "UDP", "8080/udp")]
    [DataRow("53/udp", null, "53/udp")]
    [DataRow("443/tcp", "", "443/tcp")]
    public void A_port_is_a_number_and_a_type(string number, string? type, string expected) =>
        Assert.AreEqual(expected, ContainerPort.Parse(number, type).ToString());

    [TestMethod]
    [DataRow("0", null)]
    [DataRow("65536", null)]
    [DataRow("-1", null)]
    [DataRow("http", null)]
    [DataRow("80", "sctp")]
    [DataRow("80/tcp", "tcp")]
    [DataRow("80/", "x")]
    public void What_is_no_port_is_an_error(string number, string? type) =>
        Assert.AreEqual("BPT3005", Assert.ThrowsExactly<DotNetException>(() => ContainerPort.Parse(number, type)).Code);

    [TestMethod]
    [DataRow("web", "web")]
    [DataRow("team/web_app", "team/web_app")]
    [DataRow("My.Company.Web", "my.company.web")]
    [DataRow("Web App", "web-app")]
    [DataRow("Größe", "gr--e")]
    public void A_repository_is_named_as_the_SDK_names_it(string name, string expected) =>
        Assert.AreEqual(expected, RepositoryName.Normalize(name));

    [TestMethod]
    [DataRow("")]
    [DataRow("-web")]
    [DataRow("_")]
    [DataRow("Ü")]
    [DataRow("web/")]
    [DataRow("a..b")]
    public void What_no_repository_can_be_called_is_an_error(string name) =>
        Assert.AreEqual("BPT3007", Assert.ThrowsExactly<DotNetException>(() => RepositoryName.Normalize(name)).Code);

    [TestMethod]
    [DataRow("ASPNETCORE_URLS", "http://+:5000;https://*:5001/", "5000/tcp 5001/tcp")]
    [DataRow("ASPNETCORE_URLS", "http://[::]:80;http://unix:/run/app.sock;nonsense", "80/tcp")]
    [DataRow("ASPNETCORE_HTTP_PORTS", "8081; 8080;8081", "8080/tcp 8081/tcp")]
    [DataRow("ASPNETCORE_HTTPS_PORTS", "8443", "8443/tcp")]
    [DataRow("ASPNETCORE_HTTP_PORTS", "many", "")]
    public void An_environment_says_where_ASP_NET_Core_listens(string name, string value, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', ListeningPorts.Of(new Dictionary<string, string> { [name] = value })));
}

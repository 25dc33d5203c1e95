using System.Net;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class AddressRulesTests
{
    [TestMethod]
    [DataRow("https://registry.example.com", "https://storage.example.net/blob?sig=1")]
    [DataRow("https://registry.example.com", "https://registry.example.com:8443/v2/")]
    [DataRow("https://registry.example.com", "https://8.8.8.8/blob")]
    [DataRow("https://10.0.0.5", "https://10.0.0.5:9000/blob")]
    [DataRow("http://localhost:5000", "http://127.0.0.1:9000/blob")]
    [DataRow("http://localhost:5000", "https://storage.example.net/blob")]
    [DataRow("https://registry.example.com", "https://127.0.0.1.example.net/blob")]
    public void Followed(string registry, string target) =>
        AddressRules.Check(new Uri(registry), new Uri(target), static _ => false);

    [TestMethod]
    [DataRow("https://registry.example.com", "http://registry.example.com/v2/")]
    [DataRow("https://registry.example.com", "http://127.0.0.1/")]
    [DataRow("http://localhost:5000", "http://storage.example.net/blob")]
    [DataRow("https://registry.example.com", "file:///etc/passwd")]
    [DataRow("https://registry.example.com", "ftp://storage.example.net/blob")]
    [DataRow("https://registry.example.com", "https://user:pass@registry.example.com/")]
    [DataRow("https://registry.example.com", "https://localhost/")]
    [DataRow("https://registry.example.com", "https://LOCALHOST./")]
    [DataRow("https://registry.example.com", "https://a.localhost/")]
    [DataRow("https://registry.example.com", "https://127.0.0.1/")]
    [DataRow("https://registry.example.com", "https://127.9.9.9/")]
    [DataRow("https://registry.example.com", "https://2130706433/")]
    [DataRow("https://registry.example.com", "https://0x7f.1/")]
    [DataRow("https://registry.example.com", "https://0.0.0.0/")]
    [DataRow("https://registry.example.com", "https://10.1.2.3/")]
    [DataRow("https://registry.example.com", "https://172.16.0.1/")]
    [DataRow("https://registry.example.com", "https://172.31.255.255/")]
    [DataRow("https://registry.example.com", "https://192.168.1.1/")]
    [DataRow("https://registry.example.com", "https://100.64.0.1/")]
    [DataRow("https://registry.example.com", "https://169.254.169.254/latest/meta-data")]
    [DataRow("https://registry.example.com", "https://[::1]/")]
    [DataRow("https://registry.example.com", "https://[::]/")]
    [DataRow("https://registry.example.com", "https://[fe80::1]/")]
    [DataRow("https://registry.example.com", "https://[fd00::1]/")]
    [DataRow("https://registry.example.com", "https://[::ffff:127.0.0.1]/")]
    [DataRow("https://registry.example.com", "https://[::ffff:a9fe:a9fe]/")]
    [DataRow("https://registry.example.com", "https://[64:ff9b::10.0.0.1]/")]
    [DataRow("https://registry.example.com", "https://224.0.0.1/")]
    [DataRow("https://10.0.0.5", "https://127.0.0.1/")]
    public void Refused(string registry, string target)
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => AddressRules.Check(new Uri(registry), new Uri(target), static _ => false));

        Assert.AreEqual("BPT1115", error.Code);
        Assert.DoesNotContain("pass@", error.Message);
    }

    [TestMethod]
    [DataRow("10.0.0.1", true, false)]
    [DataRow("10.0.0.1", false, true)]
    [DataRow("fd00::1", true, false)]
    [DataRow("127.0.0.1", true, true)]
    [DataRow("169.254.169.254", true, true)]
    [DataRow("::ffff:169.254.169.254", true, true)]
    [DataRow("93.184.215.14", false, false)]
    [DataRow("2606:2800:21f::1", false, false)]
    public void A_name_may_resolve_to_a_private_address_only_for_a_registry_in_a_private_network(string address, bool registryIsPrivate, bool forbidden) =>
        Assert.AreEqual(forbidden, AddressRules.IsForbidden(IPAddress.Parse(address), registryIsPrivate));

    [TestMethod]
    [DataRow("localhost:5000", true)]
    [DataRow("127.0.0.1", true)]
    [DataRow("127.3.4.5:80", true)]
    [DataRow("[::1]:5000", true)]
    [DataRow("localhost.example.com", false)]
    [DataRow("127.0.0.1.example.com", false)]
    [DataRow("10.0.0.1", false)]
    [DataRow("listed.example.com:5000", true)]
    [DataRow("listed.example.com", false)]
    [DataRow("docker.io", false)]
    public void Plain_HTTP_is_for_loopback_and_listed_hosts_only(string registry, bool allowed)
    {
        var endpoint = new RegistryEndpoint(registry, RegistryOptions.ParseInsecureRegistries("other.example.com; LISTED.example.com:5000,third.example.com"));

        Assert.AreEqual(allowed, endpoint.Root.Scheme == "http" || endpoint.Other.Scheme == "http");
    }
}

using System.Net;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class DiscreetProxyTests
{
    [TestMethod]
    public void The_address_has_no_secret_and_credentials_and_exceptions_stay()
    {
        var credentials = new NetworkCredential("ada", "canary");
        var proxy = new DiscreetProxy(new WebProxy(new Uri("http://ada:canary@proxy.example.com:3128")) { BypassProxyOnLocal = true, Credentials = credentials });

        Assert.AreEqual("http://proxy.example.com:3128/", proxy.GetProxy(new Uri("https://registry.example.com/v2/"))?.AbsoluteUri);
        Assert.AreSame(credentials, proxy.Credentials);
        Assert.IsTrue(proxy.IsBypassed(new Uri("http://127.0.0.1/")));
        Assert.IsFalse(proxy.IsBypassed(new Uri("https://registry.example.com/")));
    }
}

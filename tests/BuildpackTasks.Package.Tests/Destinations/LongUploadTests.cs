using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What a publish says while a slow network takes its layers.</summary>
[TestClass]
public sealed partial class LongUploadTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("-tl:off")]
    [DataRow("-tl:on", "-v:detailed")]
    public async Task A_long_upload_says_how_far_it_is(params string[] logger)
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        await using var network = new CountingProxy(registry.Port, TimeSpan.FromMilliseconds(20));

        var published = await SharedProject.Console.PublishImageAsync(
            [.. logger, "-p:ImageLayoutPath=", $"-p:ContainerRegistry={network.Host}"], TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        string[] lines = [.. published.Lines.Where(static line => Progress.IsMatch(line))];
        Assert.IsTrue(lines.Length is > 0 and < 10, published.Command.All);
    }

    [GeneratedRegex(@"dotnet-runtime: \d+\.\d of \d+\.\d MB \(\d+%\), \d+\.\d [kM]B/s")]
    private static partial Regex Progress { get; }
}

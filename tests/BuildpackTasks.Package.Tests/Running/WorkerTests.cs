using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A worker outside the repository, published with the packed package and run.</summary>
[TestClass]
public sealed class WorkerTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_worker_works_until_it_is_stopped()
    {
        using var project = await Publishing.CreateAsync(ProjectTemplate.Worker, "net10.0");
        var (layout, image) = await Publishing.ToLayoutAsync(project, TestContext.CancellationToken);
        await using var podman = new Podman();

        await using var container = await podman.StartAsync($"oci:{layout}:latest", cancellationToken: TestContext.CancellationToken);
        var log = "";
        for (var limit = DateTime.UtcNow.AddSeconds(30); !log.Contains("working", StringComparison.Ordinal) && DateTime.UtcNow < limit;)
        {
            await Task.Delay(100, TestContext.CancellationToken);
            log = await container.LogsAsync(TestContext.CancellationToken);
        }

        Assert.Contains("working", log);
        Assert.AreEqual(0, await container.StopAsync(TimeSpan.FromSeconds(10), TestContext.CancellationToken));
        Assert.AreEqual("debian://trixie dotnet-runtime apphost packages app", string.Join(' ', image.LayerNames));
        Assert.IsFalse(image.Execution.TryGetProperty("ExposedPorts", out _));
    }
}

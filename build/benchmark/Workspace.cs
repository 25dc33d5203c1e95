using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>A project on a disk of its own, published again and again by one publisher to a repository of its own.</summary>
internal sealed class Workspace(SdkProject project, App app, Publisher publisher, CountedRegistry registry, string repository) : IDisposable
{
    private readonly TemporaryDirectory disk = new();
    private int changes;

    public void Dispose()
    {
        project.Dispose();
        disk.Dispose();
    }

    /// <summary>The report of the last publish of an image.</summary>
    public string ReportFile => Directory.EnumerateFiles(Path.Combine(project.Directory, "obj"), "report.toml", SearchOption.AllDirectories).Single();

    /// <summary>Changes one line of the app.</summary>
    public void Change() => project.Write("Greeting.cs", App.Greeting($"changed {++changes}"));

    /// <summary>Deletes everything but the sources: what was built, and both publishers' caches.</summary>
    public void Empty()
    {
        string[] built = [Path.Combine(project.Directory, "bin"), Path.Combine(project.Directory, "obj"), disk.Combine("cache"), disk.Combine("tmp")];
        foreach (var directory in built.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Publishes without an image.</summary>
    public Task<Publish> PublishAsync() => PublishAsync([]);

    /// <summary>Publishes the image.</summary>
    /// <param name="cacheRepository">What shares layers between projects, for a publisher that has that.</param>
    /// <param name="more">What else it is told.</param>
    public Task<Measurement> PublishImageAsync(string? cacheRepository = null, params IEnumerable<string> more)
    {
        List<string> arguments =
        [
            .. publisher.Arguments, .. more,
            $"-p:ContainerRegistry={registry.Host}", $"-p:ContainerRepository={repository}",
            $"-p:ContainerBaseImage={registry.Host}/dotnet/{app.BaseImage}:10.0",
        ];
        if (publisher.CacheRepositoryProperty is { } property && cacheRepository is not null)
        {
            arguments.Add($"-p:{property}={registry.Host}/{cacheRepository}");
        }

        return registry.MeasureAsync(repository, () => PublishAsync(arguments));
    }

    // PublishImage keeps layers in its cache directory, PublishContainer in the temporary directory.
    private Task<Publish> PublishAsync(IEnumerable<string> arguments) =>
        Publish.RunAsync(project, arguments, [new("ImageCacheDirectory", disk.CreateDirectory("cache")), new("TMPDIR", disk.CreateDirectory("tmp"))]);
}

namespace BuildpackTasks.Benchmark;

/// <summary>Something that makes an image of a project and pushes it.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Arguments">What it adds to <c>dotnet publish</c>.</param>
/// <param name="CacheRepositoryProperty">What names a repository that shares layers between projects, or null for a publisher that has none.</param>
internal sealed record Publisher(string Name, IReadOnlyList<string> Arguments, string? CacheRepositoryProperty)
{
    public static Publisher Sdk { get; } = new("PublishContainer", ["-t:PublishContainer"], null);

    public static Publisher Tasks { get; } = new("PublishImage", ["-p:PublishImage=true"], "ImageCacheRepository");

    public static IReadOnlyList<Publisher> All { get; } = [Sdk, Tasks];

    /// <summary>It can share layers between projects.</summary>
    public bool CanShare => CacheRepositoryProperty is not null;
}

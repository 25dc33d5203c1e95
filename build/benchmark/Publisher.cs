namespace BuildpackTasks.Benchmark;

/// <summary>Something that makes an image of a project and pushes it.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Arguments">What it adds to <c>dotnet publish</c>.</param>
internal sealed record Publisher(string Name, IReadOnlyList<string> Arguments)
{
    public static Publisher Sdk { get; } = new("PublishContainer", ["-t:PublishContainer"]);

    public static Publisher Tasks { get; } = new("PublishImage", ["-p:PublishImage=true"]);
}

namespace BuildpackTasks.Testing;

/// <summary>What a publish did.</summary>
/// <param name="Command">How <c>dotnet publish</c> ended; its output is the log of verbosity minimal, with high-importance messages.</param>
/// <param name="Images">The images it published; empty when it failed.</param>
public sealed record PublishResult(CommandResult Command, IReadOnlyList<PublishedImage> Images)
{
    /// <summary>The one image that was published.</summary>
    /// <exception cref="InvalidOperationException">The publish failed, or published none or several; the message has its log.</exception>
    public PublishedImage Image => Command.EnsureSuccess() is var _ && Images is [var image]
        ? image
        : throw new InvalidOperationException($"{Images.Count} images were published, not one:\n{Command.All}");

    /// <summary>The lines of the log that report errors, each once.</summary>
    public IReadOnlyList<string> Errors => LinesWith(": error ");

    /// <summary>The lines of the log that report warnings, each once.</summary>
    public IReadOnlyList<string> Warnings => LinesWith(": warning ");

    private string[] LinesWith(string mark) =>
        [.. Command.Output.Split('\n').Select(line => line.Trim()).Where(line => line.Contains(mark, StringComparison.Ordinal)).Distinct()];
}

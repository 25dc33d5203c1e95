namespace BuildpackTasks.Lifecycle;

/// <summary>A process that an image can run, as the image names it.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Command">The program and what it always gets.</param>
/// <param name="Arguments">What whoever runs the image may replace.</param>
/// <param name="IsDirect">Whether no shell starts it.</param>
/// <param name="IsDefault">Whether it starts where no other is named.</param>
/// <param name="WorkingDirectory">Where it starts; null for the app's directory.</param>
/// <param name="Buildpack">The id of the buildpack that brought it, or null.</param>
public sealed record InspectedProcess(
    string Type, IReadOnlyList<string> Command, IReadOnlyList<string> Arguments, bool IsDirect, bool IsDefault, string? WorkingDirectory, string? Buildpack);

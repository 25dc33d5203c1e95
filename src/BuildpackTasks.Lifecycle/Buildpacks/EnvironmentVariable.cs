namespace BuildpackTasks.Lifecycle;

/// <summary>A change to the environment of the image's processes.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Value">The value.</param>
/// <param name="Action">What is done with the value.</param>
/// <param name="Delimiter">What stands between values that are joined; empty for nothing.</param>
public sealed record EnvironmentVariable(string Name, string Value, EnvironmentAction Action, string Delimiter = "");

namespace BuildpackTasks.Launcher;

/// <summary>What is started.</summary>
/// <param name="Type">The type of the process; empty for a command that whoever runs the image gave.</param>
/// <param name="Command">The program, or what a shell is given.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="IsDirect">Whether it is executed as it is, and not by a shell.</param>
/// <param name="WorkingDirectory">Where it starts; null for the app's directory.</param>
internal sealed record LaunchProcess(string Type, string Command, List<string> Arguments, bool IsDirect, string? WorkingDirectory);

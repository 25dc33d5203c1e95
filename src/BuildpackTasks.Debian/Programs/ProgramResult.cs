namespace BuildpackTasks.Debian;

/// <summary>What a program left.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record ProgramResult(int ExitCode, byte[] Output, string Error);

namespace BuildpackTasks.Testing;

/// <summary>What a program that ended said and how it ended.</summary>
/// <param name="CommandLine">The program and its arguments, for messages.</param>
/// <param name="ExitCode">The exit code.</param>
/// <param name="Output">Everything on standard output.</param>
/// <param name="Error">Everything on standard error.</param>
public sealed record CommandResult(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Output and error, for an assertion's message.</summary>
    public string All => $"{CommandLine}{Environment.NewLine}exit code {ExitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Error}";

    /// <summary>This result, when the program succeeded.</summary>
    /// <exception cref="InvalidOperationException">The exit code is not 0; the message has everything the program said.</exception>
    public CommandResult EnsureSuccess() => ExitCode == 0 ? this : throw new InvalidOperationException(All);
}

using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What a command did in a shared project.</summary>
/// <param name="Project">The project.</param>
/// <param name="Command">How the command ended.</param>
/// <param name="Layout">The layout that it was told to write.</param>
internal sealed record SharedResult(SdkProject Project, CommandResult Command, string Layout)
{
    /// <summary>The log's lines, trimmed.</summary>
    public string[] Lines => [.. Command.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0)];

    /// <summary>Every line that reports an error, each as often as it is there: its code and text, without the file and the project.</summary>
    public string[] Errors => [.. Lines.Select(ErrorOf).OfType<string>()];

    /// <summary>Asserts that the command failed as it should: with this one line, exit code 1, and no image.</summary>
    /// <param name="error">The code and the text.</param>
    public void AssertRefused(string error)
    {
        Assert.AreEqual(error, string.Join('\n', Errors), Command.All);
        Assert.AreEqual(1, Command.ExitCode, Command.All);
        Assert.AreEqual("", Command.Error, Command.All);
        Assert.IsFalse(Lines.Any(static line => line.StartsWith("at ", StringComparison.Ordinal)), Command.All);
        Assert.IsFalse(Directory.Exists(Layout), $"{Layout} was left behind\n{Command.All}");
    }

    private static string? ErrorOf(string line)
    {
        int start = line.IndexOf("error ", StringComparison.Ordinal);
        if (start < 0 || (start > 0 && !line[..start].EndsWith(": ", StringComparison.Ordinal))) return null;
        int end = line.LastIndexOf(" [", StringComparison.Ordinal);
        return line[(start + "error ".Length)..(end > start ? end : line.Length)];
    }
}

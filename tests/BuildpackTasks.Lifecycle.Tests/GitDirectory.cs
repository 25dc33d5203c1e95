using System.Diagnostics;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A directory with files, of which git says which it ignores.</summary>
internal sealed class GitDirectory : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly string question;

    private GitDirectory(IReadOnlyList<string> paths)
    {
        question = string.Concat(paths.Select(static path => path + "\0"));
        foreach (string path in paths) directory.Write($"repository/{path}", "");
    }

    public static async Task<GitDirectory> CreateAsync(IReadOnlyList<string> paths)
    {
        var created = new GitDirectory(paths);
        await created.RunAsync("", "init", "-q");
        return created;
    }

    /// <summary>The files that <c>git check-ignore</c> names, one a line.</summary>
    public async Task<string> IgnoredAsync(IEnumerable<string> patterns)
    {
        string file = directory.Write("patterns", string.Join('\n', patterns) + "\n");
        string answer = await RunAsync(question, "-c", $"core.excludesFile={file}", "check-ignore", "-z", "--stdin", "--no-index");
        return string.Join('\n', answer.Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    public void Dispose() => directory.Dispose();

    private async Task<string> RunAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tool.Require("git"), arguments)
        {
            WorkingDirectory = directory.Combine("repository"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = new UTF8Encoding(false),
        };
        // The user's own settings would add patterns of theirs.
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using System.Diagnostics.Process git = System.Diagnostics.Process.Start(start)!;
        Task<string> output = git.StandardOutput.ReadToEndAsync();
        Task<string> error = git.StandardError.ReadToEndAsync();
        await git.StandardInput.WriteAsync(input);
        git.StandardInput.Close();
        await git.WaitForExitAsync();
        // 1 says that nothing is ignored.
        Assert.IsLessThanOrEqualTo(1, git.ExitCode, await error);
        return await output;
    }
}

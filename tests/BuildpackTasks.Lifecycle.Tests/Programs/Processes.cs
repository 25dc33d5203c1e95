namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The processes of this machine, by what is in their environment or their arguments.</summary>
internal static class Processes
{
    /// <summary>Waits until no process has a text in its environment or arguments: the kernel takes a moment after it was told to end them.</summary>
    public static async Task AssertNoneWithAsync(string text)
    {
        for (int i = 0; i < 200 && With(text).Count > 0; i++) await Task.Delay(25);
        Assert.AreEqual("", string.Join('\n', With(text)));
    }

    /// <summary>Those with a text, as their arguments.</summary>
    public static IReadOnlyList<string> With(string text)
    {
        var found = new List<string>();
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(static path => int.TryParse(Path.GetFileName(path), out int id) && id != Environment.ProcessId))
        {
            try
            {
                string arguments = File.ReadAllText($"{directory}/cmdline");
                if ((File.ReadAllText($"{directory}/environ") + arguments).Contains(text, StringComparison.Ordinal)) found.Add(arguments.Replace('\0', ' '));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is no business of this user's.
            }
        }
        return found;
    }
}

using System.Diagnostics;

namespace BuildpackTasks.Testing;

/// <summary>Shell scripts that tests write and then run.</summary>
public static class Script
{
    /// <summary>
    /// Writes an executable script. Another process copies it into place: a file that this one has open for writing while some
    /// other test starts a process is inherited by that, and cannot be executed until it lets go ("text file busy").
    /// </summary>
    /// <param name="path">Where to.</param>
    /// <param name="body">What follows the first line.</param>
    /// <param name="interpreter">What runs it.</param>
    public static void Write(string path, string body, string interpreter = "/bin/sh")
    {
        string text = path + ".text";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(text, $"#!{interpreter}\n{body}\n");
        using Process copy = Process.Start("install", ["-m", "755", text, path]);
        copy.WaitForExit();
        File.Delete(text);
        if (copy.ExitCode != 0) throw new InvalidOperationException($"{path} could not be written");
    }
}

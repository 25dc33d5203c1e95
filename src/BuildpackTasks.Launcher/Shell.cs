using System.Globalization;
using System.Text;

namespace BuildpackTasks.Launcher;

/// <summary>
/// Processes that a shell starts: bash reads the scripts of the layers and of the app, and then becomes a second bash with the
/// command (platform specification, "launcher").
/// </summary>
internal static class Shell
{
    private const string Program = "/bin/bash";

    /// <summary>Becomes the shell. Returns only where that fails.</summary>
    /// <param name="self">What the scripts see as their own name: the launcher's.</param>
    /// <param name="process">The process.</param>
    /// <param name="directory">Where it starts, after the scripts ran in the app's directory.</param>
    /// <param name="layers">The layers, by buildpack.</param>
    /// <param name="appDirectory">The app's directory.</param>
    /// <param name="variables">The environment.</param>
    public static LaunchException Become(string self, LaunchProcess process, string directory, List<List<string>> layers, string appDirectory, Dictionary<string, string> variables)
    {
        if (!SystemProcess.IsProgram(Program))
        {
            string what = process.Type.Length == 0 ? "a command without -- before it" : $"the process '{process.Type}'";
            return new LaunchException($"a shell starts {what}, and this image has none: there is no {Program}. Give the command as: -- PROGRAM ARGUMENTS...");
        }

        var script = new StringBuilder();
        foreach (string profile in Profiles(layers, process.Type)) script.Append("source ").Append(Quote(profile)).Append('\n');
        if (File.Exists(appDirectory + "/.profile")) script.Append("source ").Append(Quote(appDirectory + "/.profile")).Append('\n');
        script.Append("cd ").Append(Quote(directory)).Append('\n').Append(Command(process.Arguments.Count));
        return SystemProcess.Become(Program, ["bash", "-c", script.ToString(), self, process.Command, .. process.Arguments], variables);
    }

    private static List<string> Profiles(List<List<string>> layers, string type)
    {
        var profiles = new List<string>();
        foreach (List<string> buildpack in layers)
        {
            foreach (string layer in buildpack)
            {
                AddFiles(layer + "/profile.d", profiles);
                if (type.Length > 0) AddFiles($"{layer}/profile.d/{type}", profiles);
            }
        }
        return profiles;
    }

    private static void AddFiles(string directory, List<string> profiles)
    {
        foreach (string name in SystemFiles.Files(directory)) profiles.Add($"{directory}/{name}");
    }

    /// <summary>
    /// A command alone is a script. One with arguments is a program with its arguments, each of which the shell evaluates first, in
    /// double quotes, so that a variable in it has its value and stays one argument.
    /// </summary>
    private static string Command(int arguments)
    {
        if (arguments == 0) return "exec bash -c \"$@\"";
        var tokens = new StringBuilder("\"$(eval echo \\\"$0\\\")\"");
        for (int index = 1; index <= arguments; index++) tokens.Append(" \"$(eval echo \\\"${").Append(index.ToString(CultureInfo.InvariantCulture)).Append("}\\\")\"");
        return $"exec bash -c '{tokens}' \"${{@:1}}\"";
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

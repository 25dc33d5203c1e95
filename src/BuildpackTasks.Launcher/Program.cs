using System.Diagnostics.CodeAnalysis;

namespace BuildpackTasks.Launcher;

/// <summary>
/// The launcher: it makes the environment that the layers of the image describe and becomes the process (platform specification,
/// "launcher"; buildpack specification, "Launch").
/// </summary>
internal static class Program
{
    // What an image made with this package is told to follow is one of these; there is no difference between them here.
    private static readonly string[] PlatformApis = ["0.12", "0.13", "0.14", "0.15"];

    [SuppressMessage("Design", "CA1031", Justification = "What is not foreseen is said in one line, too.")]
    private static int Main()
    {
        try
        {
            // The framework says nothing of the name that the launcher was started by.
            List<string> arguments = SystemBlock.Split(SystemFiles.Read("/proc/self/cmdline"));
            Dictionary<string, string> variables = LaunchVariables.Parse(SystemFiles.Read("/proc/self/environ"));
            throw Launch(arguments[0], arguments.GetRange(1, arguments.Count - 1), variables);
        }
        catch (LaunchException e)
        {
            SystemProcess.Say($"ERROR: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e)
        {
            SystemProcess.Say($"ERROR: {e.GetType().Name}: {e.Message}");
            return LaunchException.LaunchFailed;
        }
    }

    private static LaunchException Launch(string self, List<string> arguments, Dictionary<string, string> variables)
    {
        string api = variables.GetValueOrDefault("CNB_PLATFORM_API", "");
        if (Array.IndexOf(PlatformApis, api) < 0)
        {
            string problem = api.Length == 0 ? "CNB_PLATFORM_API is not set" : $"the Platform API '{api}' (CNB_PLATFORM_API) is not supported";
            return new LaunchException($"{problem}; it is one of {string.Join(", ", PlatformApis)}", LaunchException.PlatformApiIncompatible);
        }
        if (variables.GetValueOrDefault("CNB_PROCESS_TYPE", "") is { Length: > 0 } type)
            SystemProcess.Say($"Warning: CNB_PROCESS_TYPE has no meaning; to start the process '{type}', set the entry point to /cnb/process/{type}");

        string layersDirectory = variables.GetValueOrDefault("CNB_LAYERS_DIR", "/layers");
        string appDirectory = variables.GetValueOrDefault("CNB_APP_DIR", "/workspace");
        LaunchMetadata metadata = LaunchMetadata.Read(layersDirectory + "/config/metadata.toml");
        LaunchProcess process = new ProcessChoice(metadata, variables.GetValueOrDefault("CNB_EXEC_ENV", "production")).Choose(self, arguments);

        SystemProcess.ChangeDirectory(appDirectory);
        List<List<string>> layers = Layers(layersDirectory, metadata.Buildpacks());
        LaunchVariables.RemoveOwn(variables);
        LaunchVariables.Apply(variables, layers, process.Type);
        foreach (List<string> buildpack in layers)
        {
            foreach (string layer in buildpack)
            {
                ExecD.Run(layer + "/exec.d", variables);
                if (process.Type.Length > 0) ExecD.Run($"{layer}/exec.d/{process.Type}", variables);
            }
        }

        string directory = process.WorkingDirectory ?? appDirectory;
        if (!process.IsDirect) return Shell.Become(self, process, directory, layers, appDirectory, variables);
        // The name is looked for from the app's directory; the process starts in its own.
        string program = Path.GetFullPath(SearchPath.Find(process.Command, variables), appDirectory);
        SystemProcess.ChangeDirectory(directory);
        return SystemProcess.Become(program, [process.Command, .. process.Arguments], variables);
    }

    /// <summary>The directories of the layers of each buildpack, in the order in which the buildpacks built and of the layers' names.</summary>
    private static List<List<string>> Layers(string layersDirectory, List<string> buildpacks)
    {
        var layers = new List<List<string>>();
        foreach (string id in buildpacks)
        {
            string directory = $"{layersDirectory}/{id.Replace('/', '_')}";
            layers.Add(SystemFiles.Directories(directory).ConvertAll(name => $"{directory}/{name}"));
        }
        return layers;
    }
}

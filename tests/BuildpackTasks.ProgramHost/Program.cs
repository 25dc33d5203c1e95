using System.Globalization;
using System.Text.Json;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.ProgramHost;

// Runs a program of a buildpack as a build does, in a process that a test starts as another user or ends by force:
// BuildpackTasks.ProgramHost RUN.json
// Says what the program writes, then "exit CODE", and "gone" when nothing is left of it; or one coded line.
HostedRun run = JsonSerializer.Deserialize<HostedRun>(File.ReadAllText(args[0])) ?? throw new ArgumentException("RUN.json");
try
{
    string Within(string name) => Path.Combine(run.Directory, name);
    var buildpack = new BuildpackDirectory(Within("buildpack"), BuildpackId.Parse("test/hosted"), "1.0.0");
    var settings = new BuildViewSettings
    {
        Phase = run.Phase,
        ScratchDirectory = Within("scratch"),
        AppDirectory = Within("app"),
        ImageAppDirectory = run.ImageAppDirectory,
        LayersDirectory = Within("layers"),
        Buildpacks = [buildpack],
        Hidden = [],
        Timeout = TimeSpan.FromSeconds(run.TimeoutSeconds),
    };
    if (run.SearchPath is not null) settings = settings with { SearchPath = run.SearchPath };
    long before = 0;
    await using (ProgramRunner runner = await ProgramRunner.OpenAsync(settings, null, run.Isolation, static message => Console.WriteLine($"message {message}"), default))
    {
        for (int i = 0; i < run.Times; i++)
        {
            var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = runner.HomePath, ["CNB_LAYERS_DIR"] = "/layers/test_hosted" };
            int code = await runner.RunAsync(new ProgramStart("/bin/sh", ["-c", run.Script], environment, run.ImageAppDirectory), Console.WriteLine, default);
            Console.WriteLine($"exit {code}");
            // What the runtime does once in a process counts for all that it builds.
            if (i == 2) before = ProcessorTime();
        }
    }
    if (run.Times > 3) Console.WriteLine($"processor time {(ProcessorTime() - before) / (run.Times - 3)} ms");
    Console.WriteLine("gone");
    return 0;
}
catch (CodedException e)
{
    Console.WriteLine($"error {e.Code}: {e.Message}");
    return 1;
}

// proc_pid_stat(5): that of this process and of the children that it waited for, in ticks of 10 ms.
static long ProcessorTime() => File.ReadAllText("/proc/self/stat").Split(' ')[13..17].Sum(static ticks => 10 * long.Parse(ticks, CultureInfo.InvariantCulture));

using System.Diagnostics;
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
        PlatformDirectory = Within("platform"),
        Buildpacks = [buildpack],
        Timeout = TimeSpan.FromSeconds(run.TimeoutSeconds),
    };
    if (run.SearchPath is not null) settings = settings with { SearchPath = run.SearchPath };
    var clock = Stopwatch.StartNew();
    await using (ProgramRunner runner = await ProgramRunner.OpenAsync(settings, null, run.Isolation, static message => Console.WriteLine($"message {message}"), default))
    {
        for (int i = 0; i < run.Times; i++)
        {
            var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = runner.HomePath, ["CNB_LAYERS_DIR"] = "/layers/test_hosted" };
            int code = await runner.RunAsync(new ProgramStart("/bin/sh", ["-c", run.Script], environment, run.ImageAppDirectory), Console.WriteLine, default);
            Console.WriteLine($"exit {code}");
        }
    }
    Console.WriteLine($"gone after {clock.ElapsedMilliseconds} ms");
    return 0;
}
catch (CodedException e)
{
    Console.WriteLine($"error {e.Code}: {e.Message}");
    return 1;
}

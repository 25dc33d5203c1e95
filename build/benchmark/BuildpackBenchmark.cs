using System.Globalization;
using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>Publishes the same app without and with three buildpacks that are programs which do nothing, in turn.</summary>
internal sealed partial class BuildpackBenchmark(CountedRegistry registry, int times)
{
    /// <summary>What the command line calls it.</summary>
    public const string Name = "buildpacks";

    // The base image has the runtime.
    private static readonly string[] BuiltIn = ["buildpacktasks/dotnet-app"];

    /// <summary>What the programs add.</summary>
    /// <returns>A line of Markdown.</returns>
    public async Task<string> RunAsync()
    {
        App app = App.All[0];
        using var directory = new TemporaryDirectory();
        string[] programs = [.. Enumerable.Range(1, 3).Select(number => Write(directory.Combine($"trivial{number}"), number))];
        using var project = await app.CreateAsync("Programs");
        using var workspace = new Workspace(project, app, Publisher.Tasks, registry, "programs");
        var without = new List<Measured>();
        var with = new List<Measured>();
        // What both publishes need once is there before any counts.
        for (var time = 0; time <= times; time++)
        {
            var plain = await MeasureAsync(workspace, BuiltIn);
            var more = await MeasureAsync(workspace, [.. BuiltIn, .. programs]);
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Name} {time}/{times}: {plain.Seconds:0.00} s, detection and build {plain.Phases} ms; with programs {more.Seconds:0.00} s, {more.Phases} ms"));
            if (time > 0)
            {
                without.Add(plain);
                with.Add(more);
            }
        }

        var seconds = with.Median(one => one.Seconds) - without.Median(one => one.Seconds);
        var phases = with.Median(one => one.Phases) - without.Median(one => one.Phases);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Three buildpacks that are programs which do nothing added {1000 * seconds:0} ms to a publish that took {without.Median(one => one.Seconds):0.00} s without them; its report has {phases:0} ms more for detection and build.");
    }

    private static string Write(string directory, int number)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "buildpack.toml"), $"api = \"0.12\"\n[buildpack]\nid = \"benchmark/trivial{number}\"\nversion = \"1.0.0\"\n");
        Script.Write(Path.Combine(directory, "bin", "detect"), "exit 0");
        Script.Write(Path.Combine(directory, "bin", "build"), "exit 0");
        return directory;
    }

    private static async Task<Measured> MeasureAsync(Workspace workspace, IEnumerable<string> buildpacks)
    {
        // In quotes that are MSBuild's: a semicolon would begin another property.
        var measurement = await workspace.PublishImageAsync(null, $"-p:Buildpacks=\"{string.Join(';', buildpacks)}\"");
        var report = await File.ReadAllTextAsync(workspace.ReportFile);
        return new Measured(measurement.Publish.Seconds, Phase().Matches(report).Sum(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex("""name = "(?:DetectBuildpacks|BuildImage)"\s+milliseconds = ([0-9]+)""")]
    private static partial Regex Phase();

    private sealed record Measured(double Seconds, int Phases);
}

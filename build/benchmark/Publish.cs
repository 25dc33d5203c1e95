using System.Diagnostics;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>One <c>dotnet publish</c>.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="PeakBytes">The most memory that its process had resident. MSBuild runs the tasks of one project in that process.</param>
internal sealed record Publish(double Seconds, long PeakBytes)
{
    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<Publish> RunAsync(SdkProject project, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string?>> environment)
    {
        var start = new ProcessStartInfo("dotnet", ["publish", project.ProjectFile, "-nodeReuse:false", .. arguments])
        {
            WorkingDirectory = project.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in SdkProject.BuildEnvironment.Concat(environment))
        {
            start.Environment[name] = value;
        }

        var run = await MeasuredProcess.RunAsync(start);
        return new Publish(run.Seconds, run.PeakBytes);
    }
}

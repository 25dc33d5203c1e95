using System.Diagnostics;
using System.Globalization;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>One <c>dotnet publish</c>.</summary>
/// <param name="Seconds">How long it took.</param>
/// <param name="PeakBytes">The most memory that its process had resident. MSBuild runs the tasks of one project in that process.</param>
internal sealed record Publish(double Seconds, long PeakBytes)
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

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

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var exit = process.WaitForExitAsync();
        var peak = 0L;
        do
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }
        while (await Task.WhenAny(exit, Task.Delay(SampleInterval)) != exit);

        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? new Publish(elapsed.TotalSeconds, peak)
            : throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)}\n{await output}\n{await error}");
    }

    // The kernel keeps the mark: what is missed is what the last interval adds to it.
    private static long PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.AsSpan("VmHWM:".Length, line.Length - "VmHWM: kB".Length), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended.
            return 0;
        }
    }
}

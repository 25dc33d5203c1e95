using System.Diagnostics;
using System.Globalization;

namespace BuildpackTasks.Benchmark;

/// <summary>What a process took.</summary>
/// <param name="Seconds">How long it ran.</param>
/// <param name="ProcessorSeconds">How much processor time it used, without that of processes that it started.</param>
/// <param name="PeakBytes">The most memory that it had resident.</param>
internal sealed record MeasuredProcess(double Seconds, double ProcessorSeconds, long PeakBytes)
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a process to its end.</summary>
    /// <param name="start">What to run, with output and error redirected.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it said.</exception>
    public static async Task<MeasuredProcess> RunAsync(ProcessStartInfo start)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var exit = process.WaitForExitAsync();
        var peak = 0L;
        var processor = TimeSpan.Zero;
        do
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            processor = ProcessorTimeOf(process) ?? processor;
        }
        while (await Task.WhenAny(exit, Task.Delay(SampleInterval)) != exit);

        var elapsed = Stopwatch.GetElapsedTime(started);
        return process.ExitCode == 0
            ? new MeasuredProcess(elapsed.TotalSeconds, processor.TotalSeconds, peak)
            : throw new InvalidOperationException($"{string.Join(' ', start.ArgumentList)}\n{await output}\n{await error}");
    }

    private static TimeSpan? ProcessorTimeOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            // It has ended.
            return null;
        }
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

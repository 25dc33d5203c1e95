using System.Globalization;

namespace BuildpackTasks.Benchmark;

/// <summary>What one publisher did in one scenario, several times.</summary>
internal sealed record Row(string App, string Scenario, string Publisher, IReadOnlyList<Measurement> Measurements)
{
    public const string Header = """
        | app | scenario | target | added seconds | requests | MB sent | image MB |
        |---|---|---|--:|--:|--:|--:|
        """;

    public double AddedSeconds => Median(measurement => measurement.AddedSeconds);

    public double Requests => Median(measurement => measurement.Requests);

    public double MegabytesSent => Median(measurement => measurement.BytesSent) / 1e6;

    private double ImageMegabytes => Median(measurement => measurement.ImageBytes) / 1e6;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {App} | {Scenario} | `{Publisher}` | {AddedSeconds:0.00} | {Requests:0} | {MegabytesSent:0.000} | {ImageMegabytes:0.0} |");

    private double Median(Func<Measurement, double> value)
    {
        double[] sorted = [.. Measurements.Select(value).Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

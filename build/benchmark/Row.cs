using System.Globalization;

namespace BuildpackTasks.Benchmark;

/// <summary>What one publisher did in one scenario, several times.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Publisher">The publisher's name.</param>
/// <param name="Measurements">What it did.</param>
/// <param name="Plain">Publishes of the same app, from the same state, without an image.</param>
internal sealed record Row(
    string App, string Scenario, string Publisher, IReadOnlyCollection<Measurement> Measurements, IReadOnlyCollection<Publish> Plain)
{
    public const string Header = """
        | app | scenario | target | added seconds | requests | MB sent | image MB | peak MB |
        |---|---|---|--:|--:|--:|--:|--:|
        """;

    public double PlainSeconds => Plain.Median(publish => publish.Seconds);

    public double PlainPeakMegabytes => Plain.Median(publish => publish.PeakBytes) / 1e6;

    public double AddedSeconds => Measurements.Median(measurement => measurement.Publish.Seconds) - PlainSeconds;

    public double PeakMegabytes => Measurements.Median(measurement => measurement.Publish.PeakBytes) / 1e6;

    public double MegabytesSent => Measurements.Median(measurement => measurement.BytesSent) / 1e6;

    private double Requests => Measurements.Median(measurement => measurement.Requests);

    private double ImageMegabytes => Measurements.Median(measurement => measurement.ImageBytes) / 1e6;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {App} | {Scenario} | `{Publisher}` | {AddedSeconds:0.00} | {Requests:0} | {MegabytesSent:0.000} | {ImageMegabytes:0.0} | {PeakMegabytes:0} |");

    /// <summary>How this compares with another publisher's row of the same app and scenario.</summary>
    public string Beside(Row other) => string.Create(
        CultureInfo.InvariantCulture,
        $"- {App}, {Scenario}: {AddedSeconds:0.00} s added instead of {other.AddedSeconds:0.00} s ({AddedSeconds / other.AddedSeconds:P0}), {MegabytesSent / other.MegabytesSent:P2} of the bytes, {PeakMegabytes:0} MB of memory instead of {other.PeakMegabytes:0} MB; `dotnet publish` alone: {PlainSeconds:0.00} s, {PlainPeakMegabytes:0} MB");
}

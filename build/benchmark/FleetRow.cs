using System.Globalization;

namespace BuildpackTasks.Benchmark;

/// <summary>What it took to rebase a fleet.</summary>
/// <param name="Name">Who did it.</param>
/// <param name="Images">How many images.</param>
/// <param name="Run">Time and memory.</param>
/// <param name="Requests">Requests about the images that the registry answered.</param>
/// <param name="OtherRequests">Other requests: about the run image.</param>
/// <param name="LayerBytes">Bytes of layers that were sent.</param>
/// <param name="RegistrySeconds">Processor time that the registry used.</param>
internal sealed record FleetRow(string Name, int Images, MeasuredProcess Run, int Requests, int OtherRequests, long LayerBytes, double RegistrySeconds)
{
    public const string Header = """
        | rebase | images | seconds | ms an image | requests an image | other requests | layer bytes sent | processor seconds | registry's processor seconds | peak MB |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
        """;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Name} | {Images} | {Run.Seconds:0.0} | {Run.Seconds * 1000 / Images:0.0} | {(double)Requests / Images:0.00} | {OtherRequests} | {LayerBytes} | {Run.ProcessorSeconds:0.0} | {RegistrySeconds:0.0} | {(Run.PeakBytes == 0 ? "" : (Run.PeakBytes / 1e6).ToString("0", CultureInfo.InvariantCulture))} |");
}

namespace BuildpackTasks.Benchmark;

/// <summary>One publish of an image.</summary>
/// <param name="AddedSeconds">How much longer it took than <c>dotnet publish</c> of the same state without an image.</param>
/// <param name="Requests">Requests that the registry answered.</param>
/// <param name="BytesSent">Bytes sent to the registry, headers included.</param>
/// <param name="ImageBytes">The compressed size of the image's layers and its config.</param>
internal sealed record Measurement(double AddedSeconds, int Requests, long BytesSent, long ImageBytes);

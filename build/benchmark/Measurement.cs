namespace BuildpackTasks.Benchmark;

/// <summary>One publish of an image.</summary>
/// <param name="Publish">Its time and memory.</param>
/// <param name="Requests">Requests that the registry answered.</param>
/// <param name="BytesSent">Bytes sent to the registry, headers included.</param>
/// <param name="ImageBytes">The compressed size of the image's layers and its config.</param>
internal sealed record Measurement(Publish Publish, int Requests, long BytesSent, long ImageBytes);

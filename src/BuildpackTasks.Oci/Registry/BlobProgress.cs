namespace BuildpackTasks.Oci;

/// <summary>How far a blob is on its way. An attempt that fails can begin anew: then it is less than it was.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Direction">Where it goes.</param>
/// <param name="Done">How many of its bytes are there.</param>
public sealed record BlobProgress(Descriptor Blob, BlobDirection Direction, long Done);

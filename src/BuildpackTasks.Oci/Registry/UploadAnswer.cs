namespace BuildpackTasks.Oci;

/// <summary>A registry's answer to a part of an upload.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Error">What the user is told if nothing else helps; null where the bytes were taken.</param>
/// <param name="Kept">How many bytes of the blob the registry says it holds; null where it does not say.</param>
internal sealed record UploadAnswer(UploadOutcome Outcome, OciException? Error = null, long? Kept = null);

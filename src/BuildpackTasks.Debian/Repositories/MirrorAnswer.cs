namespace BuildpackTasks.Debian;

/// <summary>What a mirror answered.</summary>
/// <param name="Content">The file; null where it is as it was.</param>
/// <param name="Validators">What to ask with next time.</param>
internal sealed record MirrorAnswer(byte[]? Content, MirrorValidators Validators);

namespace BuildpackTasks.Oci;

/// <summary>Something that a user should know of and that does not stop the work.</summary>
/// <param name="Code">The code, <c>BPT</c> and four digits; <c>docs/errors</c> explains it.</param>
/// <param name="Message">One line without the code: what is wrong, then what to do. Holds no secret.</param>
public sealed record CodedWarning(string Code, string Message);

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A directory for the files that one run of a program is given or writes. It is new, and no other program can reach it, so that what
/// is made in it is made where it should be.
/// </summary>
/// <param name="Directory">Where it is on this machine.</param>
/// <param name="Path">Where the program sees it.</param>
public sealed record ProgramExchange(string Directory, string Path);

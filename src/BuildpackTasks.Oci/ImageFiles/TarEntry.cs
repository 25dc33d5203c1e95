namespace BuildpackTasks.Oci;

/// <summary>What the headers of one tar entry say.</summary>
/// <param name="Type">What the entry is.</param>
/// <param name="Path">Where it is, normalized and without a leading slash; empty for the root.</param>
/// <param name="LinkTarget">What a link points to: as written, for a hard link normalized; empty for anything else.</param>
/// <param name="Size">The length of its content in bytes.</param>
/// <param name="Name">Its path as written.</param>
/// <param name="Mode">Its permission bits, with setuid, setgid and sticky.</param>
internal readonly record struct TarEntry(TarEntryKind Type, string Path, string LinkTarget, long Size, string Name, int Mode);

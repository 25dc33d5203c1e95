namespace BuildpackTasks.Oci;

/// <summary>What an image has at a path.</summary>
/// <param name="Type">What it is; never a hard link to a file of its own layer.</param>
/// <param name="LinkTarget">What a link points to.</param>
/// <param name="Layer">The index of the layer that has it.</param>
/// <param name="ContentPath">The path in that layer that has the bytes: another one for a hard link.</param>
internal sealed record ImageNode(TarEntryKind Type, string LinkTarget, int Layer, string ContentPath);

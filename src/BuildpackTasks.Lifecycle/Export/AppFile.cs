using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A file, a symbolic link or an empty directory of the app.</summary>
/// <param name="Path">Its path relative to the app directory, <c>/</c>-separated.</param>
/// <param name="Type">What it is.</param>
/// <param name="Content">A file's bytes; null for anything else.</param>
/// <param name="LinkTarget">A symbolic link's target, relative to the link; null for anything else.</param>
internal sealed record AppFile(string Path, LayerEntryType Type, FileContent? Content = null, string? LinkTarget = null);

namespace BuildpackTasks.DotNet;

/// <summary>A pack and where NuGet has unpacked it.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Directory">Its directory in the package folder, an absolute path.</param>
public sealed record ResolvedPack(RequiredPack Pack, string Directory);

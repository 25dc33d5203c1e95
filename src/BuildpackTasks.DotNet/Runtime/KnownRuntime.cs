using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>A shared framework in the newest patch that the SDK knows.</summary>
/// <param name="Framework">The framework's name: <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Version">Its version.</param>
public sealed record KnownRuntime(string Framework, NuGetVersion Version);

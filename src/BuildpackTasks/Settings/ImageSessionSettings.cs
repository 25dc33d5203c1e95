namespace BuildpackTasks;

/// <summary>What a build's session depends on.</summary>
/// <param name="ImageDirectory">The state of the build.</param>
/// <param name="ProjectDirectory">What relative paths are relative to.</param>
/// <param name="CacheDirectory"><c>ImageCacheDirectory</c>, or empty.</param>
/// <param name="CacheMaxSize"><c>ImageCacheMaxSize</c>, or empty.</param>
/// <param name="CacheRepository"><c>ImageCacheRepository</c>, or null.</param>
/// <param name="Credentials">The registries that the environment's credentials are for.</param>
internal sealed record ImageSessionSettings(string ImageDirectory, string ProjectDirectory, string? CacheDirectory, string? CacheMaxSize, string? CacheRepository, CredentialTargets Credentials);

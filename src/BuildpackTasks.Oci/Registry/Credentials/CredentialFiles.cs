namespace BuildpackTasks.Oci;

/// <summary>The files that container tools keep credentials in (containers-auth.json(5); docker's <c>config.json</c>).</summary>
internal static class CredentialFiles
{
    /// <summary>Where they would be, in the order to look, with what messages call each.</summary>
    public static IEnumerable<(string Path, string Shown)> Locate(CredentialEnvironment environment)
    {
        string? home = environment.HomeDirectory;
        if (environment.Get("REGISTRY_AUTH_FILE") is { } authFile) yield return (authFile, "REGISTRY_AUTH_FILE");

        if (environment.Get("DOCKER_CONFIG") is { } dockerConfig) yield return (Path.Combine(dockerConfig, "config.json"), "$DOCKER_CONFIG/config.json");
        else if (home is not null) yield return (Path.Combine(home, ".docker", "config.json"), "~/.docker/config.json");

        if (environment.Get("XDG_RUNTIME_DIR") is { } runtime) yield return (Path.Combine(runtime, "containers", "auth.json"), "$XDG_RUNTIME_DIR/containers/auth.json");

        if (environment.Get("XDG_CONFIG_HOME") is { } config) yield return (Path.Combine(config, "containers", "auth.json"), "$XDG_CONFIG_HOME/containers/auth.json");
        else if (home is not null) yield return (Path.Combine(home, ".config", "containers", "auth.json"), "~/.config/containers/auth.json");
    }
}

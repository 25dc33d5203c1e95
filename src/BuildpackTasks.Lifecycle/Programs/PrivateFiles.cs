namespace BuildpackTasks.Lifecycle;

/// <summary>Where a user's credentials and configurations are that may be in a directory that programs see, such as <c>/opt</c> or <c>/etc</c>.</summary>
public static class PrivateFiles
{
    /// <summary>The user's home, and what Docker, Podman and NuGet are configured by.</summary>
    /// <param name="environment">The user's environment.</param>
    /// <param name="home">The user's home, or nothing.</param>
    public static IReadOnlyList<string> Of(IReadOnlyDictionary<string, string> environment, string home)
    {
        string Value(string name) => environment.GetValueOrDefault(name, "");
        string authentication = Value("REGISTRY_AUTH_FILE");
        string nuget = Value("NUGET_COMMON_APPLICATION_DATA");
        return
        [
            .. from path in (IEnumerable<string?>)
               [
                   home,
                   Value("HOME"),
                   Value("DOTNET_CLI_HOME"),
                   Value("DOCKER_CONFIG"),
                   authentication,
                   Path.GetDirectoryName(authentication),
                   Value("XDG_CONFIG_HOME"),
                   Value("XDG_RUNTIME_DIR"),
                   // NuGet's configuration for all users (NuGet: "nuget.config file locations").
                   "/etc/opt/NuGet",
                   nuget.Length > 0 ? Path.Combine(nuget, "NuGet") : null,
               ]
               where !string.IsNullOrEmpty(path) && Path.IsPathFullyQualified(path)
               select Path.GetFullPath(path),
        ];
    }
}

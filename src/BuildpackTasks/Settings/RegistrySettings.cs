using System.Collections;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>How this build reaches registries: what its environment says, taken once.</summary>
internal static class RegistrySettings
{
    /// <summary>A client for the registries of this build.</summary>
    /// <param name="targets">The registries that the environment's credentials are for.</param>
    /// <param name="warn">Told of what is wrong without stopping the work.</param>
    /// <param name="progress">Told how far blobs are on their way.</param>
    public static RegistryClient Open(CredentialTargets targets, Action<CodedWarning> warn, IProgress<BlobProgress> progress)
    {
        IReadOnlyDictionary<string, string> variables = Variables();
        return new RegistryClient(new RegistryOptions
        {
            InsecureRegistries = RegistryOptions.ParseInsecureRegistries(variables.GetValueOrDefault("DOTNET_CONTAINER_INSECURE_REGISTRIES")),
            Credentials = new CredentialEnvironment(variables, Home()) { OutputRegistry = targets.Output, NamedRegistries = targets.Named },
            Warn = warn,
            Progress = progress,
        });
    }

    /// <summary>The environment variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> Variables()
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) variables[(string)variable.Key] = (string?)variable.Value ?? "";
        return variables;
    }

    private static string? Home() =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } home ? home : null;
}

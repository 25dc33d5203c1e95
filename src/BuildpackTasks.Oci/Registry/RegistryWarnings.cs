namespace BuildpackTasks.Oci;

/// <summary>What registries and credentials warn of. A program's or file's content is never part of it: it can be secret.</summary>
internal static class RegistryWarnings
{
    public static CodedWarning UnusableCredentialFile(string file, string reason) =>
        new("BPT1118", $"The credentials in {file} were not used: {Quoted.OneLine(reason)}. Correct the file, or run 'docker login' again.");

    public static CodedWarning UnreadableCacheRepository(string repository, OciException error) =>
        new("BPT1131", $"The cache repository {repository} is not used, since it cannot be read: {error.Message}");

    public static CodedWarning UnwritableCacheRepository(string repository, OciException error) =>
        new("BPT1132", $"The layers of this build are not in the cache repository {repository}, since it cannot be written: {error.Message}");

    public static CodedWarning HelperFailed(string helper, string reason) =>
        new("BPT1119", $"The credential helper '{Quoted.OneLine(helper, 80)}' gave no credentials: {Quoted.OneLine(reason)}. Install or repair it, or remove it from docker's config.json.");
}

using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// Looks for credentials where container tools keep them: the SDK's variables, then the files of podman and docker in the
/// order in which those tools prefer them. The first that has some wins.
/// </summary>
internal sealed class CredentialFinder(CredentialEnvironment? environment, Action<CodedWarning>? warn)
{
    // What a helper said, or that it failed, holds for a registry as a whole: one that hangs is not waited for with every repository.
    private readonly ConcurrentDictionary<(string Helper, string Server), RegistryCredential?> answers = new();

    public async Task<CredentialSearch> FindAsync(ImageReference repository, RegistryAccess access, CancellationToken cancellationToken)
    {
        var tried = new List<string>();
        if (environment is null) return new CredentialSearch(null, tried);
        if (CredentialVariables.Find(environment, repository.Registry, access, tried) is { } fromVariables) return new CredentialSearch(fromVariables, tried);

        foreach ((string path, string shown) in CredentialFiles.Locate(environment))
        {
            tried.Add(shown);
            CredentialFile? file = await CredentialFile.ReadAsync(path, shown, warn, cancellationToken);
            if (file is null) continue;
            foreach (string name in file.HelpersFor(repository.Registry))
            {
                tried.Add($"docker-credential-{name}");
                if (await AskAsync(environment, name, CredentialFile.ServerName(repository.Registry), cancellationToken) is { } fromHelper)
                    return new CredentialSearch(fromHelper, tried);
            }
            if (file.Find(repository) is { } fromFile) return new CredentialSearch(fromFile, tried);
        }
        return new CredentialSearch(null, tried);
    }

    private async Task<RegistryCredential?> AskAsync(CredentialEnvironment from, string helper, string server, CancellationToken cancellationToken)
    {
        if (answers.TryGetValue((helper, server), out RegistryCredential? known)) return known;
        return answers[(helper, server)] = await new CredentialHelper(from, warn).GetAsync(helper, server, cancellationToken);
    }
}

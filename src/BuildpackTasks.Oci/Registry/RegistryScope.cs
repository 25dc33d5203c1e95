namespace BuildpackTasks.Oci;

/// <summary>What a request needs to be allowed (distribution project, "Token Scope Documentation").</summary>
/// <param name="Repository">The repository that is asked for.</param>
/// <param name="Access">What is done with it.</param>
/// <param name="MountFrom">Another repository of the same registry that must be readable too, or null.</param>
internal sealed record RegistryScope(ImageReference Repository, RegistryAccess Access, ImageReference? MountFrom = null)
{
    /// <summary>The scopes as a token server reads them, sorted.</summary>
    public IReadOnlyList<string> Texts
    {
        get
        {
            // "Token Scope Documentation", "Resource Class".
            if (Access == RegistryAccess.List) return ["registry:catalog:*"];
            string own = $"repository:{Repository.Repository}:{Actions}";
            return MountFrom is null || MountFrom.Repository == Repository.Repository
                ? [own]
                : [.. new[] { own, $"repository:{MountFrom.Repository}:pull" }.Order(StringComparer.Ordinal)];
        }
    }

    private string Actions => Access switch
    {
        RegistryAccess.Pull => "pull",
        RegistryAccess.Push => "pull,push",
        _ => "delete,pull,push",
    };

    /// <summary>What messages call the repository.</summary>
    public string Name => Access == RegistryAccess.List ? Repository.Registry : $"{Repository.Registry}/{Repository.Repository}";
}

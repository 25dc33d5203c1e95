using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>
/// The repositories of a registry (distribution project, "Listing Repositories"). It is in no specification that registries have to follow,
/// and those of many users have none or show it to nobody.
/// </summary>
/// <param name="registry">Any repository of the registry.</param>
internal sealed class Catalogue(ImageReference registry) : NameList
{
    // Longer than a repository's name may be together with its registry's.
    private const int MaxLength = 255;

    public override RegistryScope Scope { get; } = new(registry, RegistryAccess.List);

    public override string Path => "/v2/_catalog";

    public override string Member => "repositories";

    public override string Name => $"the repositories of {registry.Registry}";

    public override bool IsName(string text) => text.Length <= MaxLength && ImageReference.IsRepository(text);

    public override OciException? Missing(HttpStatusCode status, bool isRegistry, string? detail) =>
        status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.Gone
            ? OciErrors.NoCatalogue(registry.Registry, $"it answers {(int)status}", detail, null)
            : null;

    public override OciException? Refused(OciException refusal) =>
        OciErrors.NoCatalogue(registry.Registry, "it does not show it to this account", null, refusal);
}

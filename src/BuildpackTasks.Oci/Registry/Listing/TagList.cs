using System.Net;

namespace BuildpackTasks.Oci;

/// <summary>The tags of a repository (distribution specification, "Listing Tags").</summary>
internal sealed class TagList(ImageReference repository) : NameList
{
    public override RegistryScope Scope { get; } = new(repository, RegistryAccess.Pull);

    public override string Path => $"/v2/{repository.Repository}/tags/list";

    public override string Member => "tags";

    public override string Name => $"the tags of {Scope.Name}";

    public override bool IsName(string text) => ImageReference.IsTag(text);

    public override OciException? Missing(HttpStatusCode status, bool isRegistry, string? detail) =>
        status == HttpStatusCode.NotFound && isRegistry ? OciErrors.NoRepository(Scope.Name, detail) : null;

    public override OciException? Refused(OciException refusal) => null;
}

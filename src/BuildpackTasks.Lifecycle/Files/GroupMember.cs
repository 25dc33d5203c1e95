namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack of the group, as the files name it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Api">The Buildpack API that it follows.</param>
/// <param name="Homepage">Where to read about it, or null.</param>
public sealed record GroupMember(BuildpackId Id, string Version, string Api, string? Homepage)
{
    /// <summary>How a buildpack's descriptor appears in the files.</summary>
    /// <param name="descriptor">The descriptor.</param>
    public static GroupMember Of(BuildpackDescriptor descriptor) => new(descriptor.Id, descriptor.Version, descriptor.Api, descriptor.Homepage);

    /// <summary>The text <c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";
}

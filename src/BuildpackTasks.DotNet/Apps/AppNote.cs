using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet;

/// <summary>
/// How an app was published, as its buildpack notes it in the image (<c>store.toml</c>, and with it the label
/// <c>io.buildpacks.lifecycle.metadata</c>): whoever updates the image without building has to know whose .NET it runs on.
/// </summary>
/// <param name="Deployment">One of the texts below.</param>
/// <param name="Included">The frameworks that a self-contained app has with it, as far as the build says which.</param>
internal sealed record AppNote(string Deployment, IReadOnlyList<FrameworkReference> Included)
{
    public const string FrameworkDependent = "framework-dependent", SelfContained = "self-contained", NativeCode = "native";

    private const string DeploymentKey = "deployment", IncludedKey = "included";

    /// <summary>The note of an app.</summary>
    public static AppNote Of(PublishedApp app) =>
        app.Project.IsNativeAot ? new AppNote(NativeCode, [])
        : app.IsFrameworkDependent ? new AppNote(FrameworkDependent, [])
        : new AppNote(SelfContained, app.RuntimeConfig?.IncludedFrameworks ?? []);

    /// <summary>What an image says of its app, or null where it says nothing.</summary>
    public static AppNote? Of(LifecycleMetadata metadata) =>
        metadata.Buildpacks.FirstOrDefault(static buildpack => buildpack.Id == DotNetAppBuildpack.Id)?.Store is { } store && store.GetValueOrDefault(DeploymentKey) is string deployment
            ? new AppNote(deployment, FrameworkNotes.TryRead(store.GetValueOrDefault(IncludedKey)) ?? [])
            : null;

    /// <summary>The table of <c>store.toml</c>.</summary>
    public IReadOnlyDictionary<string, object> ToStore()
    {
        var store = new Dictionary<string, object> { [DeploymentKey] = Deployment };
        if (Included.Count > 0) store[IncludedKey] = FrameworkNotes.OfIncluded(Included);
        return store;
    }
}

using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Where an image goes.</summary>
/// <param name="Store">What writes it.</param>
/// <param name="Name">The repository that it is named after.</param>
/// <param name="Format">The media types that it can hold and that are wanted.</param>
/// <param name="Shown">What messages call the image there: its repository, with the registry where it was pushed to one.</param>
/// <param name="Done">What is said when it is there, such as <c>Pushed</c>.</param>
/// <param name="Run">The command that runs it, for ports; null where the reference says it all.</param>
internal sealed record Destination(IImageStore Store, ImageReference Name, ImageFormat Format, string Shown, string Done, Func<IEnumerable<string>, string>? Run)
{
    /// <summary>Chooses as the properties say: an archive, a layout, a registry, an engine; else an engine that runs, else a layout.</summary>
    /// <param name="settings">The properties.</param>
    /// <param name="registries">Speaks to registries.</param>
    /// <param name="cache">Knows blobs by digest.</param>
    /// <param name="cancellationToken">Stops the search for an engine.</param>
    /// <exception cref="CodedException">A property is not valid, or the engine that is asked for does not run.</exception>
    public static async Task<Destination> ChooseAsync(DestinationSettings settings, RegistryClient registries, LayerCache cache, CancellationToken cancellationToken)
    {
        if (Named(settings, registries, cache) is { } named) return named;

        IReadOnlyDictionary<string, string> environment = RegistrySettings.Variables();
        ContainerEngine? engine = settings.LocalRegistry is { } wanted
            ? await ContainerEngine.RequireAsync(EngineKind(wanted), environment, cancellationToken)
            : await ContainerEngine.FindAsync(null, environment, cancellationToken);
        if (engine is null) return DefaultLayout(settings);
        ImageReference name = settings.Name();
        return new Destination(
            new EngineStore(engine, name),
            name,
            settings.Format,
            settings.Repository,
            $"Loaded into {engine.Name}",
            ports => RunCommand.ForEngine(engine.Kind, name.WithTag(settings.Tags[0]), ports));
    }

    /// <summary>Finds out before anything is fetched or made whether the image could go where the properties say.</summary>
    /// <param name="settings">The properties.</param>
    /// <param name="registries">Speaks to registries.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="CodedException">The registry cannot be pushed to, or the engine that is asked for does not run.</exception>
    public static async Task CheckAsync(DestinationSettings settings, RegistryClient registries, CancellationToken cancellationToken)
    {
        if (settings.IsRegistry) await new RegistryStore(registries, settings.Name()).EnsureWritableAsync(cancellationToken);
        else if (settings is { LocalRegistry: { } wanted, ArchivePath: null, LayoutPath: null }) await ContainerEngine.RequireAsync(EngineKind(wanted), RegistrySettings.Variables(), cancellationToken);
    }

    /// <summary>Chooses for an image for several platforms, which no engine loads: an archive, a layout, a registry; else a layout.</summary>
    /// <param name="settings">The properties.</param>
    /// <param name="registries">Speaks to registries.</param>
    /// <param name="cache">Knows blobs by digest.</param>
    /// <exception cref="CodedException">A property is not valid.</exception>
    public static Destination ChooseForPlatforms(DestinationSettings settings, RegistryClient registries, LayerCache cache) =>
        Named(settings, registries, cache) ?? DefaultLayout(settings);

    private static Destination? Named(DestinationSettings settings, RegistryClient registries, LayerCache cache)
    {
        ImageReference name = settings.Name();
        if (settings.ArchivePath is { } archive) return Archive(ArchiveFile(archive, settings), settings, name);
        if (settings.LayoutPath is { } layout) return Layout(Path.GetFullPath(layout, settings.ProjectDirectory), settings, name);
        return settings.IsRegistry
            ? new Destination(new RegistryStore(registries, name, cache.Content), name, settings.Format, $"{name.Registry}/{name.Repository}", "Pushed", null)
            : null;
    }

    private static Destination DefaultLayout(DestinationSettings settings) => Layout(settings.DefaultLayoutPath, settings, settings.Name());

    private static Destination Archive(string file, DestinationSettings settings, ImageReference name) => new(
        settings.Format == ImageFormat.Docker ? new DockerArchiveStore(file, name) : new OciArchiveStore(file, name),
        name,
        settings.Format,
        settings.Repository,
        $"Written to {file}",
        _ => RunCommand.ForArchive(ContainerEngineKind.Podman, file));

    // A layout holds OCI's media types only.
    private static Destination Layout(string directory, DestinationSettings settings, ImageReference name) => new(
        new OciLayoutStore(directory, name), name, ImageFormat.Oci, settings.Repository, $"Written to {directory}", ports => RunCommand.ForLayout(directory, settings.Tags[0], ports));

    // As the SDK has it: a directory, or a path that cannot be a file's, gets the repository's name.
    private static string ArchiveFile(string path, DestinationSettings settings)
    {
        string full = Path.GetFullPath(path, settings.ProjectDirectory);
        bool isDirectory = Directory.Exists(full) || Path.EndsInDirectorySeparator(path) || !Path.HasExtension(path);
        return isDirectory ? Path.Combine(full, settings.Repository.Replace('/', '-') + ".tar") : full;
    }

    private static ContainerEngineKind EngineKind(string localRegistry) =>
        Enum.TryParse(localRegistry, ignoreCase: true, out ContainerEngineKind kind) && Enum.IsDefined(kind)
            ? kind
            : throw TaskErrors.BadValue("LocalRegistry", localRegistry, $"one of {string.Join(", ", Enum.GetNames<ContainerEngineKind>())}");
}

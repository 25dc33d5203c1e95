using System.IO.Enumeration;

namespace BuildpackTasks.DotNet;

/// <summary>An app as it was published: what the build says of it, and what its publish directory holds.</summary>
public sealed record PublishedApp
{
    private PublishedApp(PublishedProject project, string directory, IReadOnlyList<string> paths, RuntimeConfig? runtimeConfig, string? appHost, string? executable)
    {
        Project = project;
        Directory = directory;
        Paths = paths;
        RuntimeConfig = runtimeConfig;
        AppHost = appHost;
        Executable = executable;
    }

    /// <summary>What the build says of the app.</summary>
    public PublishedProject Project { get; }

    /// <summary>The publish directory, an absolute path.</summary>
    public string Directory { get; }

    /// <summary>All files of the publish directory, relative to it, <c>/</c>-separated, in ordinal order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>What the app asks of the host, or null for an app that is compiled ahead of time.</summary>
    public RuntimeConfig? RuntimeConfig { get; }

    /// <summary>
    /// The program of the publish directory that starts the app on the image's platform: its apphost or the bundle. Null where the
    /// app was published without one, or with that of another platform.
    /// </summary>
    public string? Executable { get; }

    /// <summary>
    /// The program of the publish directory that is named after the app, for whichever platform: of a portable app that is published
    /// for several, it is that of the first. Null where there is none.
    /// </summary>
    public string? AppHost { get; }

    /// <summary>
    /// The shared frameworks that have to be there when the app starts; empty for an app that has them with it. The user's
    /// <c>DOTNET_ROLL_FORWARD</c> goes before what the app says, as it does for the host.
    /// </summary>
    public IReadOnlyList<FrameworkReference> Frameworks =>
        RuntimeConfig is null ? []
        : Project.Environment.TryGetValue("DOTNET_ROLL_FORWARD", out string? text) && Enum.TryParse(text, ignoreCase: true, out RollForward rollForward) && Enum.IsDefined(rollForward)
            ? [.. RuntimeConfig.Frameworks.Select(framework => framework with { RollForward = rollForward })]
            : RuntimeConfig.Frameworks;

    /// <summary>Whether the app needs shared frameworks that are not published with it.</summary>
    public bool IsFrameworkDependent => RuntimeConfig is { Frameworks.Count: > 0 };

    /// <summary>Whether the app does without ICU: it formats and sorts by the invariant culture only.</summary>
    public bool UsesInvariantGlobalization =>
        Project.UsesInvariantGlobalization || RuntimeConfig?.Properties.GetValueOrDefault("System.Globalization.Invariant") is "true";

    /// <summary>Whether the app listens for HTTP: it uses ASP.NET Core.</summary>
    public bool IsWeb => RuntimeConfig?.UsesAspNetCore ?? false;

    /// <summary>Reads the publish directory of a project.</summary>
    /// <param name="project">What the build says of the app.</param>
    /// <param name="directory">The publish directory, an absolute path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DotNetException">
    /// BPT3001: the directory holds no app. BPT3002: its runtime config is malformed. BPT3003: the app is not for Linux.
    /// </exception>
    public static Task<PublishedApp> ReadAsync(PublishedProject project, string directory, CancellationToken cancellationToken)
    {
        if (project.RuntimeIdentifier.OperatingSystem != "linux") throw DotNetErrors.NotForLinux(project.RuntimeIdentifier.ToString());
        if (project.TargetPlatform is not ("" or "linux")) throw DotNetErrors.NotForLinux(project.TargetPlatform);

        string[] paths = System.IO.Directory.Exists(directory) ? List(directory, cancellationToken) : [];
        if (paths.Length == 0) throw DotNetErrors.NothingPublished(directory);

        string published = Path.Combine(directory, Path.GetFileNameWithoutExtension(project.TargetFileName) + ".runtimeconfig.json");
        string? configPath = File.Exists(published) ? published
            : project.RuntimeConfigPath is { } built && File.Exists(built) ? built
            : null;
        RuntimeConfig? config = configPath is null ? null : RuntimeConfigReader.Read(configPath);

        string executable = Path.Combine(directory, project.AssemblyName);
        ElfFile? program = ElfFile.TryRead(executable);
        bool starts = program?.RunsOn(project.RuntimeIdentifier) == true;
        if (config is null && !project.IsNativeAot && !(project.IsSingleFile && starts)) throw DotNetErrors.NoRuntimeConfig(directory, Path.GetFileName(published));
        if (!starts && (project.IsSelfContained || project.IsSingleFile || project.IsNativeAot))
        {
            throw DotNetErrors.NoExecutable(directory, project.AssemblyName, project.RuntimeIdentifier.ToString());
        }
        if (project.IsNativeAot) config = config is null ? null : config with { Frameworks = [], IncludedFrameworks = [.. config.Frameworks, .. config.IncludedFrameworks] };
        return Task.FromResult(new PublishedApp(project, directory, paths, config, program is null ? null : project.AssemblyName, starts ? project.AssemblyName : null));
    }

    // Links to files count as files, links to directories are not followed: a loop would have no end.
    private static string[] List(string directory, CancellationToken cancellationToken)
    {
        var files = new FileSystemEnumerable<string>(
            directory,
            static (ref FileSystemEntry entry) => entry.ToFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        var paths = new List<string>();
        foreach (string file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            paths.Add(Path.GetRelativePath(directory, file).Replace(Path.DirectorySeparatorChar, '/'));
        }
        paths.Sort(StringComparer.Ordinal);
        return [.. paths];
    }
}

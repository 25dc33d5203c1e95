using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A project's directory with buildpacks in it, and a layer cache.</summary>
internal sealed class SourceFixture : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly RegistryClient registries = new(new Oci.RegistryOptions());

    public SourceFixture() => Project = directory.CreateDirectory("project");

    public string Project { get; }

    public string CacheDirectory => directory.Combine("cache");

    public List<CodedWarning> Warnings { get; } = [];

    public RegistryClient Registries => registries;

    public LayerCache Cache => new(CacheDirectory, long.MaxValue);

    public BuildpackSources Sources(Platform? platform = null, UnpackLimits? limits = null) =>
        new(registries, Cache, Project, platform ?? new Platform("linux", "amd64"), Warnings.Add, limits);

    public string Write(string path, string content) => directory.Write($"project/{path}", content);

    public string Below(string path) => Path.Combine(Project, path);

    /// <summary>Writes a buildpack with programs.</summary>
    /// <param name="path">Where, relative to the project.</param>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version.</param>
    /// <param name="more">What follows the table <c>[buildpack]</c>.</param>
    public string WriteBuildpack(string path, string id, string version = "1.2.3", string more = "")
    {
        WriteDescriptor(path, id, version, more);
        foreach (string program in (string[])["detect", "build"])
        {
            string file = Write($"{path}/bin/{program}", "#!/bin/sh\nexit 0\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, LayerEntry.ExecutableMode);
        }
        return Below(path);
    }

    /// <summary>Writes a buildpack that only stands for others.</summary>
    /// <param name="path">Where, relative to the project.</param>
    /// <param name="id">Its id.</param>
    /// <param name="others">The others, <c>ID@VERSION</c>.</param>
    public string WriteComposite(string path, string id, params string[] others)
    {
        string group = string.Join('\n', others.Select(static other => $"[[order.group]]\nid = \"{other.Split('@')[0]}\"\nversion = \"{other.Split('@')[1]}\"\n"));
        return WriteDescriptor(path, id, "1.2.3", $"[[order]]\n{group}");
    }

    public async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments, Project);
        Assert.AreEqual(0, result.ExitCode, result.ToString());
    }

    public void Dispose()
    {
        registries.Dispose();
        directory.Dispose();
    }

    private string WriteDescriptor(string path, string id, string version, string more)
    {
        Write($"{path}/buildpack.toml", $"api = \"0.12\"\n[buildpack]\nid = \"{id}\"\nversion = \"{version}\"\n{more}\n");
        return Below(path);
    }
}

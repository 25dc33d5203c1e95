using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;
using NuGet.Versioning;

namespace BuildpackTasks.Launcher.Tests;

/// <summary>
/// What an image with the launcher has, in a directory of this machine: the launcher as it is put into images, the layers, the app. A
/// launcher finds its layers and its app by variables, so it can be run without a container.
/// </summary>
internal sealed class LauncherDirectory : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private string metadata = "";

    public LauncherDirectory()
    {
        Write("app/file", "the app");
        Directory.CreateDirectory(Layers);
    }

    public string App => Combine("app");

    public string Layers => Combine("layers");

    /// <summary>The launcher of the images that are made here, made of the SDK's own apphost.</summary>
    public static async Task<LauncherFiles> FilesAsync()
    {
        string sdk = Path.GetDirectoryName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory()))!)!;
        string pack = Directory.GetDirectories(Path.Combine(Path.GetDirectoryName(sdk)!, "packs", "Microsoft.NETCore.App.Host.linux-x64")).Order(StringComparer.Ordinal).Last();
        return await DotNetLauncher.CreateAsync(
            Path.Combine(AppContext.BaseDirectory, "launcher"),
            new ResolvedPack(RequiredPack.AppHost(RuntimeIdentifier.Parse("linux-x64"), NuGetVersion.Parse(Path.GetFileName(pack))), pack),
            CancellationToken.None);
    }

    public string Combine(params string[] names) => directory.Combine(names);

    public string Write(string path, string content) => directory.Write(path, content);

    /// <summary>A program: a script for bash.</summary>
    public string Program(string path, string script)
    {
        string program = Write(path, $"#!/bin/bash\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, LayerEntry.ExecutableMode);
        return program;
    }

    public void Buildpack(string id, string api = "0.12") => metadata += $"[[buildpacks]]\nid = \"{id}\"\nversion = \"1\"\napi = \"{api}\"\n\n";

    public void Process(string type, string command, string arguments = "", string more = "direct = true", string buildpack = "acme/app") =>
        metadata += $"[[processes]]\ntype = \"{type}\"\ncommand = [{command}]\nargs = [{arguments}]\nbuildpack-id = \"{buildpack}\"\n{more}\n\n";

    /// <summary>Starts the launcher under a name.</summary>
    /// <param name="name">The type of a process, or <c>launcher</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside those that an image has; null removes one.</param>
    public async Task<CommandResult> RunAsync(string name, IEnumerable<string>? arguments = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        Write("layers/config/metadata.toml", metadata);
        foreach (LayerEntry entry in (await FilesAsync()).Entries)
        {
            string path = Combine(entry.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (Stream content = entry.Content!.OpenRead())
            await using (FileStream file = File.Create(path)) await content.CopyToAsync(file);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, entry.Mode);
        }
        string program = Combine("cnb/lifecycle/launcher");
        if (name != "launcher")
        {
            Directory.CreateDirectory(Combine("cnb/process"));
            string link = Combine("cnb/process", name);
            if (!Path.Exists(link)) File.CreateSymbolicLink(link, program);
            program = link;
        }
        var all = new Dictionary<string, string?>
        {
            ["CNB_LAYERS_DIR"] = Layers,
            ["CNB_APP_DIR"] = App,
            ["CNB_PLATFORM_API"] = "0.15",
            ["CNB_DEPRECATION_MODE"] = "quiet",
            ["PATH"] = "/cnb/process:/cnb/lifecycle:/usr/bin:/bin:/cnb/process",
        };
        foreach ((string variable, string? value) in environment ?? new Dictionary<string, string?>()) all[variable] = value;
        return await Command.RunAsync(program, arguments ?? [], "/", all);
    }

    public void Dispose() => directory.Dispose();
}

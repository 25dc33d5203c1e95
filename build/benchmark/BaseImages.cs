using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>The images that both publishers build on, of the same kind as those that .NET apps are usually put on.</summary>
internal sealed class BaseImages
{
    private readonly TemporaryDirectory directory;
    private readonly string layout;

    private BaseImages(TemporaryDirectory directory)
    {
        this.directory = directory;
        layout = directory.Combine("layout");
    }

    /// <summary>
    /// Pushes <c>runtime-deps</c>, what a .NET app needs of Debian, and <c>aspnet</c>, the same with the ASP.NET Core runtime that
    /// is installed on this machine.
    /// </summary>
    public static async Task PushAsync(string registry, TemporaryDirectory directory)
    {
        var images = new BaseImages(directory);
        await images.MakeRuntimeDepsAsync();
        await images.AddRuntimeAsync();
        foreach (var name in (string[])["runtime-deps", "aspnet"])
        {
            await RunAsync("skopeo", "copy", "--dest-tls-verify=false", $"oci:{images.layout}:{name}", $"docker://{registry}/dotnet/{name}:10.0");
        }
    }

    // The run image of an app on debian://trixie, without the app: the layers up to the one that its metadata names as the last.
    private async Task MakeRuntimeDepsAsync()
    {
        using var seed = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Seed" });
        var published = await seed.PublishImageAsync(
            ["-p:RunImage=debian://trixie", "-p:InvariantGlobalization=true", $"-p:ImageLayoutPath={layout}", "-p:ContainerImageTag=seed"]);
        published.Command.EnsureSuccess();

        var index = Read("index.json");
        var manifest = ReadBlob(index["manifests"]![0]!["digest"]!);
        var config = ReadBlob(manifest["config"]!["digest"]!);
        var lifecycle = JsonNode.Parse(config["config"]!["Labels"]!["io.buildpacks.lifecycle.metadata"]!.GetValue<string>())!;
        var diffIds = config["rootfs"]!["diff_ids"]!.AsArray();
        var top = lifecycle["runImage"]!["topLayer"]!.GetValue<string>();
        var count = diffIds.Select(diffId => diffId!.GetValue<string>()).ToList().IndexOf(top) + 1;
        if (count == 0)
        {
            throw new InvalidOperationException($"the image has no layer {top}, which its metadata calls the run image's last one");
        }

        Truncate(diffIds, count);
        Truncate(manifest["layers"]!.AsArray(), count);
        config.AsObject().Remove("history");
        var settings = config["config"]!.AsObject();
        foreach (var name in (string[])["Labels", "Entrypoint", "Cmd", "ExposedPorts", "WorkingDir"])
        {
            settings.Remove(name);
        }

        manifest["config"] = await WriteBlobAsync(config, manifest["config"]!["mediaType"]!.GetValue<string>());
        manifest.AsObject().Remove("annotations");
        var entry = await WriteBlobAsync(manifest, manifest["mediaType"]!.GetValue<string>());
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "runtime-deps" };
        index["manifests"] = new JsonArray(entry);
        await File.WriteAllTextAsync(Path.Combine(layout, "index.json"), index.ToJsonString());
    }

    private async Task AddRuntimeAsync()
    {
        var framework = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var version = framework.Name;
        var installed = framework.Parent!.Parent!.Parent!.FullName;
        var root = directory.CreateDirectory("dotnet");
        foreach (var path in (string[])[$"host/fxr/{version}", $"shared/Microsoft.NETCore.App/{version}", $"shared/Microsoft.AspNetCore.App/{version}"])
        {
            Directory.CreateDirectory(Path.Combine(root, Path.GetDirectoryName(path)!));
            await RunAsync("cp", "-a", Path.Combine(installed, path), Path.Combine(root, path));
        }

        File.Copy(Path.Combine(installed, "dotnet"), Path.Combine(root, "dotnet"));
        var image = $"{layout}:aspnet";
        await RunAsync("umoci", "tag", "--image", $"{layout}:runtime-deps", "aspnet");
        await RunAsync("umoci", "insert", "--rootless", "--image", image, root, "/usr/share/dotnet");
        await RunAsync(
            "umoci", "config", "--image", image,
            "--config.env", $"DOTNET_VERSION={version}",
            "--config.env", $"ASPNET_VERSION={version}",
            "--config.env", "DOTNET_ROOT=/usr/share/dotnet",
            "--config.env", "ASPNETCORE_HTTP_PORTS=8080",
            "--config.env", "APP_UID=1654",
            "--config.env", "PATH=/usr/share/dotnet:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    }

    private JsonNode Read(string path) => JsonNode.Parse(File.ReadAllText(Path.Combine(layout, path)))!;

    private JsonNode ReadBlob(JsonNode digest) => Read($"blobs/{digest.GetValue<string>().Replace(':', '/')}");

    private async Task<JsonObject> WriteBlobAsync(JsonNode blob, string mediaType)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(blob.ToJsonString());
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        await File.WriteAllBytesAsync(Path.Combine(layout, "blobs", "sha256", digest), bytes);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = $"sha256:{digest}", ["size"] = bytes.Length };
    }

    private static void Truncate(JsonArray array, int count)
    {
        while (array.Count > count)
        {
            array.RemoveAt(array.Count - 1);
        }
    }

    private static async Task RunAsync(string file, params string[] arguments) =>
        (await Command.RunAsync(file, arguments)).EnsureSuccess();
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Package.Tests;

/// <summary>A builder image as another tool makes it: a layer for each of its parts, and labels that say which is which.</summary>
internal static class BuilderImage
{
    private const string Version = "1.2.3";

    /// <summary>Makes an image with buildpacks and the operator's environment in a new layout; its tag is <c>1</c>.</summary>
    /// <param name="layout">The layout's directory.</param>
    /// <param name="runImage">The run image that it is made for.</param>
    /// <param name="environment">A directory with the operator's environment, a file for each variable.</param>
    /// <param name="order">The ids of the buildpacks, by group.</param>
    /// <param name="buildpacks">The buildpacks' directories, by id.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task MakeAsync(
        string layout, string runImage, string environment, string[][] order, IReadOnlyList<(string Id, string Directory)> buildpacks, CancellationToken cancellationToken)
    {
        string image = $"{layout}:1";
        await UmociAsync("init", "--layout", layout);
        await UmociAsync("new", "--image", image);
        await UmociAsync("config", "--image", image, "--architecture", "amd64", "--os", "linux");
        foreach ((string id, string directory) in buildpacks) await UmociAsync("insert", "--rootless", "--image", image, directory, $"/cnb/buildpacks/{id.Replace('/', '_')}/{Version}");
        await UmociAsync("insert", "--rootless", "--image", image, environment, "/cnb/build-config/env");

        using JsonDocument config = JsonDocument.Parse(await OtherTools.RunAsync("skopeo", ["inspect", "--config", $"oci:{image}"], cancellationToken));
        string[] diffIds = [.. config.RootElement.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(static diffId => diffId.GetString()!)];
        var layers = new JsonObject();
        foreach (((string id, _), string diffId) in buildpacks.Zip(diffIds)) layers[id] = new JsonObject { [Version] = new JsonObject { ["api"] = "0.12", ["layerDiffID"] = diffId } };
        JsonArray groups = [.. order.Select(static group => new JsonObject { ["group"] = new JsonArray([.. group.Select(static id => new JsonObject { ["id"] = id, ["version"] = Version })]) })];
        await UmociAsync(
            "config", "--image", image,
            "--config.label", $"io.buildpacks.builder.metadata={new JsonObject { ["images"] = new JsonArray(new JsonObject { ["image"] = runImage }) }.ToJsonString()}",
            "--config.label", $"io.buildpacks.buildpack.order={groups.ToJsonString()}",
            "--config.label", $"io.buildpacks.buildpack.layers={layers.ToJsonString()}");

        Task UmociAsync(params string[] arguments) => OtherTools.RunAsync("umoci", arguments, cancellationToken);
    }
}

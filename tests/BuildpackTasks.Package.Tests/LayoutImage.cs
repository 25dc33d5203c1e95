using System.Text.Json.Nodes;

namespace BuildpackTasks.Package.Tests;

/// <summary>Reads the first image of an OCI layout.</summary>
internal static class LayoutImage
{
    /// <summary>Publishes a project's image and gives its layout.</summary>
    public static async Task<string> PublishAsync(SharedProject project, CancellationToken cancellationToken, params string[] arguments)
    {
        var published = await project.PublishImageAsync(arguments, cancellationToken);
        published.Command.EnsureSuccess();
        return published.Layout;
    }

    /// <summary>The manifest.</summary>
    public static async Task<JsonNode> ManifestAsync(string layout)
    {
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(layout, "index.json")))!;
        return JsonNode.Parse(await File.ReadAllTextAsync(BlobFile(layout, (string)index["manifests"]![0]!["digest"]!)))!;
    }

    /// <summary>The image config.</summary>
    public static async Task<JsonNode> ConfigAsync(string layout)
    {
        var manifest = await ManifestAsync(layout);
        return JsonNode.Parse(await File.ReadAllTextAsync(BlobFile(layout, (string)manifest["config"]!["digest"]!)))!;
    }

    /// <summary>The file of a blob.</summary>
    public static string BlobFile(string layout, string digest) => Path.Combine(layout, "blobs", digest.Replace(':', Path.DirectorySeparatorChar));
}

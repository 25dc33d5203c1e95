using System.Text;

namespace BuildpackTasks.Testing;

/// <summary>Writes images where <c>docker-registry</c> keeps them (distribution's storage layout, version 2).</summary>
/// <param name="root">The registry's storage directory.</param>
internal sealed class RegistryStorage(string root)
{
    private readonly string storage = Path.Combine(root, "docker", "registry", "v2");

    /// <summary>Writes an image and its tag.</summary>
    /// <returns>The manifest's digest.</returns>
    public string Write(string repository, string tag, (byte[] Config, Func<string, byte[]> Manifest) image, IEnumerable<FleetLayer> layers)
    {
        string place = Path.Combine(storage, "repositories", repository);
        foreach (FleetLayer layer in layers)
        {
            Blob(layer.Digest, layer.Bytes);
            Link(Path.Combine(place, "_layers", Of(layer.Digest)), layer.Digest);
        }

        string config = FleetLayer.DigestOf(image.Config);
        Blob(config, image.Config);
        Link(Path.Combine(place, "_layers", Of(config)), config);
        byte[] bytes = image.Manifest(config);
        string manifest = FleetLayer.DigestOf(bytes);
        Blob(manifest, bytes);
        Link(Path.Combine(place, "_manifests", "revisions", Of(manifest)), manifest);
        Link(Path.Combine(place, "_manifests", "tags", tag, "index", Of(manifest)), manifest);
        Link(Path.Combine(place, "_manifests", "tags", tag, "current"), manifest);
        return manifest;
    }

    private static string Of(string digest) => digest.Replace(':', '/');

    private static void Link(string directory, string digest) => Put(Path.Combine(directory, "link"), Encoding.ASCII.GetBytes(digest));

    private void Blob(string digest, byte[] bytes)
    {
        string hex = digest["sha256:".Length..];
        string path = Path.Combine(storage, "blobs", "sha256", hex[..2], hex, "data");
        if (!File.Exists(path)) Put(path, bytes);
    }

    // The registry, and others who write the same, see the whole file or none.
    private static void Put(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}

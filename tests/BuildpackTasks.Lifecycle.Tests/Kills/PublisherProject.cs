namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>What <see cref="PublisherProcess"/> publishes: an app, and layers of different age that do not compress.</summary>
internal sealed class PublisherProject
{
    private const int FilesInLayer = 3;
    private const int FileLength = 100_000;

    private readonly string directory;
    private readonly int seed;

    /// <param name="directory">A directory of its own.</param>
    /// <param name="seed">Decides all content.</param>
    public PublisherProject(string directory, int seed)
    {
        this.directory = directory;
        this.seed = seed;
    }

    public string Path => directory;

    /// <summary>Writes the project as it is in a version: the first layer stays for ever, the second for five versions, all else is new.</summary>
    public PublisherProject Write(int version)
    {
        Layer("base", 0);
        Layer("runtime", 1 + (version / 5));
        Layer("packages", 1000 + version);
        Layer("more-packages", 2000 + version);
        File(System.IO.Path.Combine("app", "run"), 3000 + version, 10_000);
        return this;
    }

    private void Layer(string name, int number)
    {
        for (int i = 0; i < FilesInLayer; i++) File(System.IO.Path.Combine("layers", name, $"{i}.bin"), (number * FilesInLayer) + i, FileLength);
    }

    private void File(string name, int number, int length)
    {
        byte[] bytes = new byte[length];
        new Random(unchecked((seed * 397) ^ number)).NextBytes(bytes);
        string path = System.IO.Path.Combine(directory, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
    }
}

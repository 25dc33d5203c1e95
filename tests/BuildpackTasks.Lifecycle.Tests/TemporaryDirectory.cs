namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A directory of one test, gone after it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("lifecycle-").FullName;

    public ImageDirectory Image => new(Below("image"));

    public string Below(string path) => System.IO.Path.Combine(Path, path);

    public string Write(string path, string content)
    {
        string file = Below(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

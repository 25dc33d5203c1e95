namespace BuildpackTasks.Testing;

/// <summary>A directory of a test's own, deleted with everything in it at the end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Creates an empty directory.</summary>
    public TemporaryDirectory() => Path = Directory.CreateTempSubdirectory("bpt-test-").FullName;

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The path of something inside it.</summary>
    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Writes a file inside it, with the directories above, and gives its path.</summary>
    public string Write(string name, string text)
    {
        var path = Combine(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a file of bytes inside it, with the directories above, and gives its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Combine(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Creates a directory inside it and gives its path.</summary>
    public string CreateDirectory(string name) => Directory.CreateDirectory(Combine(name)).FullName;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
        }
    }
}

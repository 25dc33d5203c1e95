namespace BuildpackTasks.Oci.Tests;

/// <summary>A file on disk that counts how often its bytes were opened.</summary>
internal sealed class CountedContent(string path) : FileContent
{
    public int Opened { get; private set; }

    public override long Length => new FileInfo(path).Length;

    public override string SourcePath => path;

    public override Stream OpenRead()
    {
        Opened++;
        return File.OpenRead(path);
    }
}

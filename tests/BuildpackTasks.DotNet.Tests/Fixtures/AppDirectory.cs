using System.Text;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>A publish directory of its own that a test fills, removed at the end.</summary>
internal sealed class AppDirectory : IDisposable
{
    public const string WebConfig = """{"runtimeOptions":{"tfm":"net10.0","frameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.0"},{"name":"Microsoft.AspNetCore.App","version":"10.0.0"}]}}""";
    public const string ConsoleConfig = """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"}}}""";
    public const string SelfContainedConfig = """{"runtimeOptions":{"tfm":"net10.0","includedFrameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.12"}]}}""";

    public AppDirectory() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "bpt-dotnet-" + Guid.NewGuid().ToString("n"));

    public AppDirectory With(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths) With(path, Encoding.UTF8.GetBytes(path));
        return this;
    }

    public AppDirectory With(string path, string text) => With(path, Encoding.UTF8.GetBytes(text));

    public AppDirectory With(string path, byte[] bytes)
    {
        string full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return this;
    }

    /// <summary>The head of a dynamically linked program for x64, as the SDK's apphost has it.</summary>
    public static byte[] Program(ushort machine = 62, string interpreter = "/lib64/ld-linux-x86-64.so.2")
    {
        byte[] bytes = new byte[512];
        "\u007fELF"u8.CopyTo(bytes);
        (bytes[4], bytes[5], bytes[16], bytes[18], bytes[32], bytes[54], bytes[56]) = (2, 1, 3, (byte)machine, 64, 56, 1);
        bytes[64] = 3;
        (bytes[72], bytes[96]) = (200, (byte)interpreter.Length);
        Encoding.ASCII.GetBytes(interpreter).CopyTo(bytes, 200);
        return bytes;
    }

    public static byte[] Library()
    {
        byte[] bytes = Program();
        bytes[64] = 1;
        return bytes;
    }

    public static PublishedProject Project(params IReadOnlyList<PublishedFile> files) => new()
    {
        AssemblyName = "Web",
        TargetFileName = "Web.dll",
        RuntimeIdentifier = RuntimeIdentifier.Parse("linux-x64"),
        Files = files,
    };

    public Task<PublishedApp> ReadAsync(PublishedProject project) => PublishedApp.ReadAsync(project, Path, CancellationToken.None);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace BuildpackTasks.Benchmark;

/// <summary>A NuGet package with 200 MB of native libraries for Linux.</summary>
internal static class LargePackage
{
    public const string Id = "Shop.Native";
    public const string Version = "1.0.0";
    private const int Files = 20;
    private const int FileSize = 10_000_000;

    /// <summary>Writes it, unpacked, to a folder that NuGet takes packages from as they are: no other one gets it.</summary>
    public static async Task WriteAsync(string folder)
    {
        var id = Id.ToLowerInvariant();
        var package = Path.Combine(folder, id, Version);
        var libraries = Path.Combine(package, "runtimes", "linux-x64", "native");
        Directory.CreateDirectory(libraries);
        await File.WriteAllTextAsync(Path.Combine(package, $"{id}.nuspec"), $"""
            <package><metadata>
              <id>{Id}</id><version>{Version}</version><authors>benchmark</authors><description>Native libraries</description>
            </metadata></package>
            """);

        // NuGet asks for the hash of the package that this was unpacked from, and compares it with nothing.
        var hash = Convert.ToBase64String(new byte[64]);
        await File.WriteAllTextAsync(Path.Combine(package, $"{id}.{Version}.nupkg.sha512"), hash);
        await File.WriteAllTextAsync(Path.Combine(package, ".nupkg.metadata"), $$"""{"version":2,"contentHash":"{{hash}}","source":null}""");

        // The files differ in their first byte only, which a compressor does not see: it looks back 32 KiB.
        var content = Content();
        for (var file = 0; file < Files; file++)
        {
            content[0] = (byte)file;
            await File.WriteAllBytesAsync(Path.Combine(libraries, $"libshop{file:00}.so"), content);
        }
    }

    // Each bit is one in eight times set: this compresses to 60%, about as programs do, and is the same in every run.
    private static byte[] Content()
    {
        var random = new Random(1);
        var content = new byte[FileSize];
        var mask = new byte[FileSize];
        random.NextBytes(content);
        for (var round = 0; round < 2; round++)
        {
            random.NextBytes(mask);
            for (var i = 0; i < FileSize; i++)
            {
                content[i] &= mask[i];
            }
        }

        return content;
    }
}

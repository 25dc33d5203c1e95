using System.IO.Compression;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Credentials stay where they come from.</summary>
[TestClass]
public sealed class SecretsTests
{
    private const string Password = "canary-5c1f0e";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_password_is_in_no_log_and_no_file()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = "ann", Password = Password }, TestContext.CancellationToken);
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);
        var log = project.Beside("build.binlog");
        // MSBuild itself puts every variable whose name begins with DOTNET_ into a binary log.
        var credentials = new Dictionary<string, string?> { ["SDK_CONTAINER_REGISTRY_UNAME"] = "ann", ["SDK_CONTAINER_REGISTRY_PWORD"] = Password };

        var published = await project.PublishImageAsync(
            ["-p:RunImage=scratch", $"-p:ContainerRegistry={registry.Host}", $"-p:ImageCacheDirectory={project.Beside("cache")}", "-v:detailed", $"-bl:{log}"],
            credentials,
            TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.Output);
        string[] secrets = [Password, Convert.ToBase64String(Encoding.UTF8.GetBytes($"ann:{Password}"))];
        foreach (var secret in secrets) Assert.DoesNotContain(secret, published.Command.All);
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(project.Directory)!, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.CancellationToken);
            if (file == log) bytes = await UnzipAsync(bytes);
            foreach (var secret in secrets) Assert.AreEqual(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)), $"{file} has {secret}");
        }
        Assert.IsTrue((await UnzipAsync(await File.ReadAllBytesAsync(log, TestContext.CancellationToken))).AsSpan().IndexOf("ExportImage"u8) > 0, "the log was not read");
    }

    [TestMethod]
    public async Task A_password_in_the_variables_of_the_SDK_is_in_no_detailed_log()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = "ann", Password = Password }, TestContext.CancellationToken);
        var credentials = new Dictionary<string, string?> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ann", ["DOTNET_CONTAINER_REGISTRY_PWORD"] = Password };

        var published = await SharedProject.Console.PublishImageAsync(
            ["-p:ImageLayoutPath=", $"-p:ContainerRegistry={registry.Host}", "-v:detailed"], TestContext.CancellationToken, credentials);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.Output);
        Assert.DoesNotContain(Password, published.Command.All);
    }

    private static async Task<byte[]> UnzipAsync(byte[] log)
    {
        using var unzipped = new MemoryStream();
        await using var zipped = new GZipStream(new MemoryStream(log), CompressionMode.Decompress);
        await zipped.CopyToAsync(unzipped);
        return unzipped.ToArray();
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Real packs of two patches, and an app that says which one it runs on.</summary>
[TestClass]
public sealed class RealRuntimeUpdateTests
{
    private static readonly NuGetVersion Before = NuGetVersion.Parse("10.0.12"), After = NuGetVersion.Parse("10.0.14");

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_app_runs_on_the_runtime_that_took_the_place_of_the_one_it_was_built_with()
    {
        using var workspace = new Workspace();
        using var images = new BuiltImages();
        await File.WriteAllTextAsync(workspace.Combine("Con", "Program.cs"), "System.Console.WriteLine(System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);\n", Token);
        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Con", "-r", "linux-x64", "--no-self-contained");
        PublishedProject project = workspace.Published("Con", files);
        string app = workspace.PublishDirectory("Con");
        BuildpacksImage image = await images.BuildAsync(project with { RuntimeVersion = Before }, app, packs => workspace.ResolveAsync("Con", packs));
        BuildpacksImage fresh = await images.BuildAsync(project with { RuntimeVersion = After }, app, packs => workspace.ResolveAsync("Con", packs));

        LayerUpdate update = (await new DotNetRuntimeUpdater((packs, _) => workspace.ResolveAsync("Con", packs), images.NewCache(), [], After).UpdateAsync(image, [], Token))!;

        UpdatedLayer updated = update.Layers.Single().Value;
        Assert.AreEqual(fresh.LayersOf(DotNetRuntimeBuildpack.Id).Single().Value.Stored!.Digest, updated.Layer.Descriptor.Digest);
        Assert.AreEqual($".NET {Before}\n", await RunAsync(workspace, app, image.Image.Layers.Single(layer => layer.DiffId == image.LayersOf(DotNetRuntimeBuildpack.Id).Single().Value.Sha)));
        Assert.AreEqual($".NET {After}\n", await RunAsync(workspace, app, updated.Layer));
    }

    private async Task<string> RunAsync(Workspace workspace, string app, ILayer layer)
    {
        string root = workspace.Combine($"root-{layer.DiffId.Hex[..8]}");
        Directory.CreateDirectory(root);
        await using (Stream stored = await layer.OpenAsync(Token))
        await using (var tar = new GZipStream(stored, CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(tar, root, overwriteFiles: false, Token);
        }
        // dotnet test sets the variable of the processor too, which goes first.
        string dotNet = Path.Combine(root, "usr", "share", "dotnet");
        CommandResult run = await Command.RunAsync(
            Path.Combine(app, "Con"), [], root, new Dictionary<string, string?> { ["DOTNET_ROOT"] = dotNet, ["DOTNET_ROOT_X64"] = dotNet, ["DOTNET_HOST_PATH"] = null });
        return run.EnsureSuccess().Output;
    }
}

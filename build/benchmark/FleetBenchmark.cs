using System.Diagnostics;
using System.Globalization;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Benchmark;

/// <summary>Rebases fleets of generated images in a registry of its own with the packed package, and beside it one image after the other.</summary>
internal static class FleetBenchmark
{
    private const int RunImageBytes = 30_000_000;

    /// <summary>Prints what it takes for a tenth of the images and for all of them.</summary>
    /// <param name="images">How many images.</param>
    public static async Task RunAsync(int images)
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Platform" });
        (await project.DotNetAsync(["restore", project.ProjectFile])).EnsureSuccess();
        var few = await MeasureAsync("`RebaseImage`", Math.Max(1, images / 10), (fleet, directory) => RebaseAsync(project, fleet, directory), verify: true);
        var all = await MeasureAsync("`RebaseImage`", images, (fleet, directory) => RebaseAsync(project, fleet, directory), verify: true);
        var sequential = await MeasureAsync("one after the other, bare requests on one connection", images, SequentialAsync, verify: false);
        Console.WriteLine(FleetRow.Header);
        foreach (var row in (FleetRow[])[few, all, sequential])
        {
            Console.WriteLine(row);
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"- {images} images: {all.Run.Seconds:0.0} s instead of {sequential.Run.Seconds:0.0} s ({all.Run.Seconds / sequential.Run.Seconds:P0}); ten times the images take {(all.Run.PeakBytes - few.Run.PeakBytes) / 1e6:+0;-0;0} MB of memory"));
    }

    private static async Task<FleetRow> MeasureAsync(string name, int images, Func<(RegistryServer Registry, GeneratedFleet Fleet), TemporaryDirectory, Task<MeasuredProcess>> rebase, bool verify)
    {
        using var directory = new TemporaryDirectory();
        await using var registry = await RegistryServer.StartAsync();
        var fleet = GeneratedFleet.Create(registry, new FleetShape(images) { RunImageBytes = RunImageBytes });
        var runLayer = fleet.MoveRunImage(2);
        await registry.ClearRequestsAsync();
        var processor = registry.ProcessorTime;
        var run = await rebase((registry, fleet), directory);
        var used = registry.ProcessorTime - processor;
        var requests = await registry.GetRequestsAsync();
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, {images} images: {run.Seconds:0.0} s"));
        if (verify)
        {
            await VerifyAsync(registry, fleet, runLayer);
        }

        var ofImages = requests.Count(request => request.Path.StartsWith("/v2/fleet/", StringComparison.Ordinal));
        var sent = RegistryContents.Sent(requests);
        if (sent.Intersect(fleet.AppLayers).Any())
        {
            throw new InvalidOperationException("an app's layer was sent, which is in the registry");
        }

        var layerBytes = (long)RunImageBytes * sent.Count(digest => digest == runLayer);
        return new FleetRow(name, images, run, ofImages, requests.Count - ofImages, layerBytes, used.TotalSeconds);
    }

    private static async Task<MeasuredProcess> RebaseAsync(SdkProject project, (RegistryServer Registry, GeneratedFleet Fleet) target, TemporaryDirectory directory)
    {
        var list = directory.Write("fleet.txt", string.Join('\n', target.Fleet.Names));
        var start = new ProcessStartInfo("dotnet", ["msbuild", project.ProjectFile, "-nodeReuse:false", "-t:RebaseImage", $"-p:ImageList={list}", $"-p:RebaseDirectory={directory.Combine("state")}/"])
        {
            WorkingDirectory = project.Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in SdkProject.BuildEnvironment.Append(new("ImageCacheDirectory", directory.CreateDirectory("cache"))))
        {
            start.Environment[variable] = value;
        }

        return await MeasuredProcess.RunAsync(start);
    }

    private static async Task<MeasuredProcess> SequentialAsync((RegistryServer Registry, GeneratedFleet Fleet) target, TemporaryDirectory directory)
    {
        using var client = new SequentialRebase(target.Registry.Host);
        return await client.RunAsync(GeneratedFleet.RunRepository, GeneratedFleet.RunTag, target.Fleet.Images);
    }

    private static async Task VerifyAsync(RegistryServer registry, GeneratedFleet fleet, string runLayer)
    {
        var contents = new RegistryContents(registry);
        var images = fleet.Images;
        await Parallel.ForAsync(0, images.Count, async (i, stop) =>
        {
            var (repository, tag) = images[i];
            var layers = await contents.LayersAsync(repository, tag, stop);
            if (!layers.SequenceEqual([runLayer, fleet.SharedLayer, fleet.AppLayers[i]]))
            {
                throw new InvalidOperationException($"{repository}:{tag} has the layers {string.Join(", ", layers)}");
            }
        });
    }
}

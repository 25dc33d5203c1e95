using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Publisher;

/// <summary>
/// Rebases a fleet as the package's task does: <c>fleet LIST DIRECTORY RUN-IMAGE CONCURRENCY [KEEP-TAG]</c>, and takes it back:
/// <c>rollback FILE DIRECTORY CONCURRENCY</c>. Says what became of the images.
/// </summary>
internal static class FleetProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var registries = new RegistryClient(new RegistryOptions());
        ITaggedStore Open(ImageLocation location) => (ITaggedStore)location.OpenStore(registries, null)!;
        var progress = new Lines();
        FleetSummary summary;
        if (arguments is ["rollback", var file, var state, var atATime])
        {
            summary = await new FleetRollback(Open, new FleetSettings { Directory = state, Concurrency = int.Parse(atATime) }, force: false).RunAsync(file, progress);
        }
        else if (arguments is ["fleet", var list, var directory, var runImage, var concurrency, .. var keepTag])
        {
            var settings = new FleetSettings
            {
                Directory = directory,
                Concurrency = int.Parse(concurrency),
                KeepTag = keepTag is [var tag] ? KeepTag.Parse(tag) : null,
                Request = new Dictionary<string, string> { ["ImageList"] = list, ["RunImage"] = runImage },
            };
            summary = await new FleetRebaser(Open, new LowestLayerRebase(registries, ImageReference.Parse(runImage)).RebaseAsync, settings).RunAsync(FleetList.ReadAsync(list), progress);
        }
        else
        {
            throw new ArgumentException("fleet LIST DIRECTORY RUN-IMAGE CONCURRENCY [KEEP-TAG] | rollback FILE DIRECTORY CONCURRENCY");
        }
        Console.WriteLine(summary.Counts);
        return summary.Succeeded ? 0 : 1;
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.WriteLine(value);
    }
}

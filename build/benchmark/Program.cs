using System.Globalization;
using BuildpackTasks.Benchmark;
using BuildpackTasks.Testing;

// Publishes the same apps with the SDK's PublishContainer and with PublishImage, to the same registry, on the same base images, in
// one run, and prints what each cost as a Markdown table. With "fleet" in front it rebases many images instead.
if (args is ["fleet", .. var count])
{
    var images = 1000;
    if (count is not [] && (count is not [var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out images) || images == 0))
    {
        Console.Error.WriteLine("run.sh fleet [IMAGES]: IMAGES is a number from 1");
        return 2;
    }

    await FleetBenchmark.RunAsync(images);
    return 0;
}

var times = 3;
var names = args.AsEnumerable();
if (args is [var first, ..] && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
{
    times = number;
    names = args.Skip(1);
}

var apps = names.Any() ? App.All.IntersectBy(names, app => app.Name).ToArray() : [.. App.All];
string[] known = [.. App.All.Select(app => app.Name), BuildpackBenchmark.Name];
if (times == 0 || names.Except(known).Any())
{
    Console.Error.WriteLine($"run.sh [TIMES] [APP...]: TIMES is a number from 1, APP one of {string.Join(", ", known)}");
    return 2;
}

using var directory = new TemporaryDirectory();
await using var server = await RegistryServer.StartAsync();
await BaseImages.PushAsync(server.Host, directory);
await using var registry = new CountedRegistry(server);

var rows = new List<Row>();
foreach (var app in apps)
{
    rows.AddRange(await new AppBenchmark(app, registry, Math.Min(times, app.MaxTimes)).RunAsync());
}

if (rows.Count > 0)
{
    Console.WriteLine(Row.Header);
    foreach (var row in rows)
    {
        Console.WriteLine(row);
    }

    Console.WriteLine();
}

foreach (var pair in rows.GroupBy(row => (row.App, row.Scenario)))
{
    var sdk = pair.Single(row => row.Publisher == Publisher.Sdk.Name);
    Console.WriteLine(pair.Single(row => row.Publisher == Publisher.Tasks.Name).Beside(sdk));
}

if (!names.Any() || names.Contains(BuildpackBenchmark.Name))
{
    Console.WriteLine(await new BuildpackBenchmark(registry, times).RunAsync());
}

return 0;

using System.Globalization;
using BuildpackTasks.Benchmark;
using BuildpackTasks.Testing;

// Publishes the same apps with the SDK's PublishContainer and with PublishImage, to the same registry, on the same base images, in
// one run, and prints what each cost as a Markdown table.
var times = args is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 3;

using var directory = new TemporaryDirectory();
await using var registry = await RegistryServer.StartAsync();
await BaseImages.PushAsync(registry.Host, directory);

var rows = new List<Row>();
foreach (var app in (App[])[App.FrameworkDependent, App.SelfContained])
{
    foreach (var publisher in (Publisher[])[Publisher.Sdk, Publisher.Tasks])
    {
        rows.AddRange(await new AppBenchmark(app, publisher, registry, times).RunAsync());
    }
}

Console.WriteLine(Row.Header);
foreach (var row in rows.OrderBy(row => rows.FindIndex(first => first.App == row.App && first.Scenario == row.Scenario)))
{
    Console.WriteLine(row);
}

Console.WriteLine();
foreach (var pair in rows.GroupBy(row => (row.App, row.Scenario)))
{
    var sdk = pair.Single(row => row.Publisher == Publisher.Sdk.Name);
    var tasks = pair.Single(row => row.Publisher == Publisher.Tasks.Name);
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"- {pair.Key.App}, {pair.Key.Scenario}: {tasks.AddedSeconds / sdk.AddedSeconds:P0} of the added time, {tasks.MegabytesSent / sdk.MegabytesSent:P2} of the bytes"));
}

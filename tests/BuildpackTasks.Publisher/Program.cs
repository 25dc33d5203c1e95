using System.Collections;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Publisher;

// Publishes an image as the package's tasks do, without the seconds that MSBuild takes, so that a test can end it by force as
// often as it wants: BuildpackTasks.Publisher REFERENCE CACHE PROJECT
// The project is a directory with app/ and layers/NAME/; the state of the build goes to its obj/. Credentials and trust are the
// environment's. Says "started", then each blob and what was done about it, then the digest; or one coded line.
// With "fleet" or "rollback" in front it does what FleetProgram says.
Console.WriteLine("started");
try
{
    if (args is ["fleet" or "rollback", ..]) return await FleetProgram.RunAsync(args);
    if (args is not [var name, var cacheDirectory, var project]) throw new ArgumentException("REFERENCE CACHE PROJECT");
    ImageReference reference = ImageReference.Parse(name);
    var environment = new Dictionary<string, string>();
    foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) environment[(string)variable.Key] = (string?)variable.Value ?? "";
    using var registries = new RegistryClient(new RegistryOptions
    {
        Credentials = new CredentialEnvironment(environment, environment.GetValueOrDefault("HOME")) { OutputRegistry = reference.Registry },
        Warn = static warning => Console.WriteLine($"warning {warning.Code}: {warning.Message}"),
    });
    var cache = new LayerCache(cacheDirectory, 1L << 30);
    var store = new RegistryStore(registries, reference, cache.Content);
    var platform = new Platform("linux", "amd64");
    var runImage = new ResolvedImage("scratch", "scratch", Image.Empty(platform));

    Image? previous = await store.ReadAsync(null, platform, default);
    await store.EnsureWritableAsync(default);
    var directory = new ImageDirectory(Path.Combine(project, "obj"));
    string app = Path.Combine(project, "app");
    IBuildpack[] buildpacks = [new DirectoryBuildpack(Path.Combine(project, "layers"))];
    AnalyzedFile analyzed = (await new Analyzer(directory).AnalyzeAsync(
        runImage, previous is null ? null : new ResolvedImage(name, reference.WithDigest(previous.Digest).ToString(), previous), default)).File;
    var variables = new Dictionary<string, string>();
    await new Detector(directory).DetectAsync(
        [new OrderGroup([.. buildpacks.Select(static buildpack => new OrderEntry(buildpack))])], new DetectContext(app, analyzed.RunImage.Facts, variables), default);
    await new Restorer(directory, new BuildpackLayerCache(cache, name)).RestoreAsync(default);
    await new Builder(directory).BuildAsync(buildpacks, new BuildSettings(app, "/app/", variables), default);
    ExportedImage exported = await new Exporter(directory, cache).ExportAsync(runImage, app, new ExportSettings(), default);

    await store.WriteAsync(exported.Image, [reference.Selector], new Transfers(), default);
    await cache.TrimAsync(default);
    Console.WriteLine(exported.Image.Digest);
    return 0;
}
catch (CodedException e)
{
    Console.WriteLine($"error {e.Code}: {e.Message}");
    return 1;
}

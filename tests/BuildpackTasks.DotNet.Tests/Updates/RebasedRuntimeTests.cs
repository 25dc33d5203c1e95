using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Images that were moved to another runtime and stay on their run image.</summary>
[TestClass]
public sealed class RebasedRuntimeTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_rebased_image_is_the_one_that_a_build_with_the_version_makes()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12");
        BuildpacksImage fresh = await images.BuildAsync(AppDirectory.WebConfig, "10.0.14");
        DotNetRuntimeUpdater updater = images.Updater("10.0.14", cache: images.NewCache());

        RebasedImage rebased = await RebaseAsync(image, updater);

        Assert.AreEqual(fresh.Image.Digest, rebased.After.Digest);
        Assert.AreEqual("dotnet-runtime: 10.0.12 to 10.0.14, dotnet-runtime dotnet-runtime-aspnetcore", string.Join('\n', rebased.Changes.Select(static change => $"{change.Part}: {change.Before} to {change.After}, {string.Join(' ', change.Layers.Select(static layer => layer.Name))}")));
        RebasedImage again = await RebaseAsync(BuildpacksImage.Read(rebased.After, image.Name), updater);
        Assert.IsEmpty(again.Changes);
    }

    [TestMethod]
    public async Task The_label_of_the_version_follows_to_another_minor_version()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", labels: KeyValuePair.Create("net.dot.runtime.majorminor", "10.0"));

        RebasedImage rebased = await RebaseAsync(image, images.Updater("10.1.3", RuntimeUpdatePolicy.Minor));

        Assert.AreEqual("10.1", rebased.After.Config.Labels["net.dot.runtime.majorminor"]);
        Assert.AreEqual("/usr/share/dotnet", rebased.After.Config.Environment.Single(static variable => variable.Key == "DOTNET_ROOT").Value);
    }

    private async Task<RebasedImage> RebaseAsync(BuildpacksImage image, DotNetRuntimeUpdater updater)
    {
        var nothing = new Nothing();
        RebaseResult result = await new Rebaser(new RebaseSettings { ReplacesRunImage = false }, nothing, nothing, [updater])
            .RebaseAsync(new TaggedImage(image.Image.Descriptor, image.Image.ManifestBytes, [image.Image]), image.Name, Token);
        return result.Images.Single();
    }

    // Of a run image that stays nothing is asked.
    private sealed class Nothing : IRunImageSource, ISystemReader
    {
        public Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken) => throw new InvalidOperationException(name);

        public Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken) => throw new InvalidOperationException(reference);

        public Task<SystemFacts> ReadAsync(IReadOnlyList<ILayer> layers, string name, CancellationToken cancellationToken) => throw new InvalidOperationException(name);

        public IReadOnlyList<PackageChange> Compare(SystemFacts before, SystemFacts after) => throw new InvalidOperationException("compared");
    }
}

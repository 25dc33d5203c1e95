using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Images whose runtime is not replaced, and what they are told.</summary>
[TestClass]
public sealed class RefusedUpdateTests
{
    private const string DisabledConfig = """{"runtimeOptions":{"rollForward":"Disable","framework":{"name":"Microsoft.NETCore.App","version":"10.0.12"}}}""";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_self_contained_app_is_told_to_be_published_again()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.SelfContainedConfig, "10.0.12", static project => project with { IsSelfContained = true });

        await AssertRefusedAsync(images.Updater("10.0.14"), image,
            "BPT3020 The .NET runtime of 'shop/web:1.4' cannot be replaced: its app is self-contained and has .NET 10.0.12 among its own files. Publish the app again with a newer runtime, or without SelfContained: then the runtime is a layer of its own.");
    }

    [TestMethod]
    public async Task Native_code_has_no_runtime_to_replace()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", static project => project with { IsNativeAot = true });

        await AssertRefusedAsync(images.Updater("10.0.14"), image,
            "BPT3021 The .NET runtime of 'shop/web:1.4' cannot be replaced: its app is native code (PublishAot) and holds the runtime in its program. Publish the app again with a newer SDK.");
    }

    [TestMethod]
    public async Task The_NET_of_a_run_image_is_replaced_with_the_run_image()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", runImageDotNet: "10.0.11");

        await AssertRefusedAsync(images.Updater("10.0.14"), image,
            "BPT3022 The .NET runtime 10.0.11 of 'shop/web:1.4' is a part of its run image. Leave out DotNetRuntimeVersion, and set RunImage to a newer run image or leave it to the one that the image names.");
    }

    [TestMethod]
    public async Task An_image_without_NET_is_known_by_the_code()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = BuiltImages.WithLabel(await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12"), "buildpacktasks/dotnet-", "acme/other-");

        string message = await AssertRefusedAsync(images.Updater("10.0.14"), image, DotNetRuntimeUpdater.NoRuntimeCode);

        Assert.AreEqual("BPT3023 'shop/web:1.4' has no layer with a .NET runtime that could be replaced. Leave it out, or leave out DotNetRuntimeVersion.", message);
    }

    [TestMethod]
    [DataRow("10.1.0", RuntimeUpdatePolicy.LatestPatch, "only to other patches of 10.0. Set DotNetRuntimeVersion to one of them, or DotNetRuntimeRollForward to Minor; for another version publish the app again.")]
    [DataRow("11.0.1", RuntimeUpdatePolicy.LatestPatch, "only to other patches of 10.0. Set DotNetRuntimeVersion to one of them; for another version publish the app again.")]
    [DataRow("9.0.20", RuntimeUpdatePolicy.Minor, "only to other versions of 10. Set DotNetRuntimeVersion to one of them; for another version publish the app again.")]
    public async Task Another_feature_line_than_the_policy_allows_is_refused(string wanted, RuntimeUpdatePolicy policy, string reason)
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");

        await AssertRefusedAsync(images.Updater(wanted, policy), image, $"BPT3025 'shop/web:1.4' has .NET 10.0.12 and is not moved to {wanted}: {reason}");
    }

    [TestMethod]
    public async Task A_version_that_the_app_excludes_is_refused()
    {
        using var images = new BuiltImages();
        BuildpacksImage byConfig = await images.BuildAsync(DisabledConfig, "10.0.12");
        BuildpacksImage byEnvironment = await images.BuildAsync(
            AppDirectory.ConsoleConfig.Replace("10.0.0", "10.0.12", StringComparison.Ordinal), "10.0.12", static project => project with { Environment = new Dictionary<string, string> { ["DOTNET_ROLL_FORWARD"] = "disable" } });

        foreach (BuildpacksImage image in (BuildpacksImage[])[byConfig, byEnvironment])
        {
            await AssertRefusedAsync(images.Updater("10.0.14"), image,
                "BPT3026 'shop/web:1.4' is not moved to .NET 10.0.14: its app needs Microsoft.NETCore.App 10.0.12 (roll-forward Disable). Set DotNetRuntimeVersion to a version that serves, or publish the app again.");
            Assert.IsNull(await images.Updater(null, known: "10.0.14").UpdateAsync(image, [], Token), "nothing newer serves it");
        }
    }

    [TestMethod]
    public async Task A_line_that_the_SDK_does_not_know_has_no_newest_patch()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");

        await AssertRefusedAsync(images.Updater(null, known: "11.0.1"), image,
            "BPT3027 'shop/web:1.4' has .NET 10.0.12, and this SDK knows no .NET 10.0. Set DotNetRuntimeVersion to the version to move to, or use another SDK.");
    }

    [TestMethod]
    [DataRow("\"version\":\"10.0.12\"", "\"version\":\"newest\"", "it does not say the version of its Microsoft.NETCore.App")]
    [DataRow("\"version\":\"10.0.12\"", "\"version\":7", "it does not say the version of its Microsoft.NETCore.App")]
    [DataRow("Microsoft.NETCore.App.Runtime.linux-x64", "Acme.Anything.linux-x64", "it does not name the runtime pack of its Microsoft.NETCore.App")]
    [DataRow("Microsoft.NETCore.App.Runtime.linux-x64", "Microsoft.NETCore.App.Runtime.linux-x64/../x-y", "it does not name the runtime pack of its Microsoft.NETCore.App")]
    [DataRow("Microsoft.NETCore.App.Runtime.linux-x64", "Microsoft.NETCore.App.Runtime.win-x64", "it does not name the runtime pack of its Microsoft.NETCore.App")]
    [DataRow("Microsoft.NETCore.App.Runtime.linux-x64", "Microsoft.NETCore.App.Runtime.linux-arm64", "its frameworks are for linux-arm64 and for linux-x64")]
    [DataRow(".App.Runtime.linux-x64", ".App.Runtime.linux-arm64", "its .NET is for linux-arm64, and the image is for linux/amd64")]
    [DataRow("\"dotnet-runtime\":", "\"runtime\":", "it has no layer 'dotnet-runtime'")]
    [DataRow("AspNetCore.App.Runtime.linux-x64\",\"standalone-collectors\":false,\"version\":\"10.0.12\"", "AspNetCore.App.Runtime.linux-x64\",\"standalone-collectors\":false,\"version\":\"10.0.13\"", "ASP.NET Core 10.0.13 does not run on its .NET 10.0.12")]
    public async Task A_label_that_no_build_writes_is_refused(string part, string other, string reason)
    {
        using var images = new BuiltImages();
        BuildpacksImage image = BuiltImages.WithLabel(await images.BuildAsync(AppDirectory.WebConfig, "10.0.12"), part, other);

        await AssertRefusedAsync(images.Updater("10.0.14"), image, $"BPT3024 The .NET runtime of 'shop/web:1.4' cannot be replaced, for its metadata is not what a build writes: {reason}. Publish the app again.");

        Assert.IsEmpty(images.Asked);
    }

    private async Task<string> AssertRefusedAsync(DotNetRuntimeUpdater updater, BuildpacksImage image, string expected)
    {
        var error = await Assert.ThrowsExactlyAsync<DotNetException>(() => updater.UpdateAsync(image, [], Token));
        string text = $"{error.Code} {error.Message}";
        Assert.StartsWith(expected, text);
        return text;
    }
}

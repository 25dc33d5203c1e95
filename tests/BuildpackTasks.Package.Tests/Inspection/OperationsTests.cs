using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The ways to run a target that works on images, and what it says where it cannot.</summary>
[TestClass]
public sealed class OperationsTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("msbuild -t:InspectImage")]
    [DataRow("build -t:InspectImage")]
    [DataRow("build images.proj -t:InspectImage")]
    [DataRow("msbuild -mt -t:InspectImage")]
    public async Task A_file_of_one_line_is_enough_and_stays_alone(string command)
    {
        using var operations = await OperationsDirectory.CreateAsync();
        string layout = Layout(operations);

        var result = await operations.RunAsync([.. command.Split(' '), $"-p:Image=oci:{layout}:10.0", "-nodeReuse:false"], Token);

        result.EnsureSuccess();
        Assert.HasCount(2, Lines(result).Where(line => line.StartsWith($"oci:{layout}:10.0 for linux/", StringComparison.Ordinal)), result.All);
        Assert.AreEqual("images.proj", operations.Contents);
    }

    [TestMethod]
    [DataRow("""<Project><Import Project="Sdk.props" Sdk="BuildpackTasks" Version="VERSION" /><Import Project="Sdk.targets" Sdk="BuildpackTasks" Version="VERSION" /></Project>""")]
    [DataRow("""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup><PackageReference Include="BuildpackTasks" Version="VERSION" /></ItemGroup></Project>""")]
    [DataRow("""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFrameworks>net10.0;net9.0</TargetFrameworks></PropertyGroup><ItemGroup><PackageReference Include="BuildpackTasks" Version="VERSION" /></ItemGroup></Project>""")]
    [DataRow("""<Project Sdk="Microsoft.NET.Sdk"><Sdk Name="BuildpackTasks" Version="VERSION" /><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""")]
    public async Task Every_project_that_imports_the_package_has_the_target(string project)
    {
        using var operations = await OperationsDirectory.CreateAsync();
        string layout = Layout(operations);
        File.Delete(Path.Combine(operations.Path, "images.proj"));
        await File.WriteAllTextAsync(Path.Combine(operations.Path, "images.csproj"), project.Replace("VERSION", (await PackedPackage.GetAsync()).Version, StringComparison.Ordinal), Token);

        var result = await operations.RunAsync(["build", "-t:InspectImage", $"-p:Image=oci:{layout}:10.0", "-nodeReuse:false"], Token);

        result.EnsureSuccess();
        Assert.HasCount(2, Lines(result).Where(line => line.StartsWith($"oci:{layout}:10.0 for linux/", StringComparison.Ordinal)), result.All);
    }

    [TestMethod]
    [DataRow("", "BPT5040: There is no image named. Set Image to one, or to several separated by semicolons, such as -p:Image=registry.example.com/shop/web:1.4.")]
    [DataRow("oci:LAYOUT:gone", "BPT5041: The image 'oci:LAYOUT:gone' does not exist. Set Image to one that does.")]
    [DataRow("oci:/nowhere", "BPT5041: The image 'oci:/nowhere' does not exist. Set Image to one that does.")]
    [DataRow("scratch", "BPT5041: The image 'scratch' does not exist. Set Image to one that does.")]
    [DataRow("Not an image", "BPT1002: ")]
    [DataRow("docker://shop/web", "BPT1230: ")]
    [DataRow("/some/path", "BPT1231: ")]
    [DataRow("REGISTRY/shop/web:1", "BPT5041: The image 'REGISTRY/shop/web:1' does not exist. Set Image to one that does.")]
    public async Task What_is_wrong_is_said_in_one_line(string image, string error)
    {
        using var operations = await OperationsDirectory.CreateAsync();
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        string layout = Layout(operations);
        string Filled(string text) => text.Replace("LAYOUT", layout, StringComparison.Ordinal).Replace("REGISTRY", registry.Host, StringComparison.Ordinal);

        var result = await operations.InspectAsync(Filled(image), Token);

        string[] errors = [.. Lines(result).Where(static line => line.Contains(": error ", StringComparison.Ordinal)).Select(static line => line[(line.IndexOf(": error ", StringComparison.Ordinal) + 8)..]).Distinct()];
        Assert.HasCount(1, errors, result.All);
        Assert.StartsWith(Filled(error), errors[0]);
        Assert.AreEqual(1, result.ExitCode);
        Assert.IsFalse(Lines(result).Any(static line => line.StartsWith("at ", StringComparison.Ordinal)), result.All);
    }

    [TestMethod]
    public async Task Who_may_not_pull_hears_so()
    {
        using var operations = await OperationsDirectory.CreateAsync();
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = "ada", Password = "correct" }, Token);

        var result = await operations.RunAsync(
            ["msbuild", "-nologo", "-t:InspectImage", $"-p:Image={registry.Host}/shop/web:1"], Token, [new("DOCKER_CONFIG", operations.Beside("none"))]);

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains($": error BPT1106: The registry does not let {registry.Host}/shop/web be used: it wants credentials and there are none in ", result.Output);
    }

    [TestMethod]
    public async Task One_image_that_is_not_there_does_not_hide_the_others()
    {
        using var operations = await OperationsDirectory.CreateAsync();
        string layout = Layout(operations), file = operations.Beside("images.json");

        var result = await operations.InspectAsync($"oci:/nowhere;oci:{layout}:10.0", Token, $"-p:InspectOutput={file}");

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains($"oci:{layout}:10.0 for linux/arm64", Lines(result));
        JsonArray images = JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!.AsArray();
        Assert.AreEqual(
            """{"image":"oci:/nowhere","error":{"code":"BPT5041","message":"The image 'oci:/nowhere' does not exist. Set Image to one that does."}}""",
            images[0]!.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.HasCount(3, images);
    }

    private static string Layout(OperationsDirectory operations)
    {
        RunImageIndex.Write(operations.Beside("layout"));
        return operations.Beside("layout");
    }

    private static string[] Lines(CommandResult result) => [.. result.Output.Split('\n').Select(static line => line.Trim())];
}

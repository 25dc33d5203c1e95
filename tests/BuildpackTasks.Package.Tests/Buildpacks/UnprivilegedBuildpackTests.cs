using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Buildpacks that are programs in the publish of a user who owns nothing but the project.</summary>
[TestClass]
public sealed class UnprivilegedBuildpackTests
{
    private const string Build = """
        set -eu
        echo "$(id -u) $PWD $CNB_LAYERS_DIR"
        if [ -e "$OWNED" ] || ls -d /root/* /home/*/* 2>/dev/null; then echo "the machine is visible"; exit 1; fi
        if (echo x >/usr/new) 2>/dev/null; then echo "the machine can be written"; exit 1; fi
        mkdir -p "$1/tool/env" "$1/kit"
        [ ! -f "$1/kit/here" ] || echo "restored $(cat "$1/kit/here")"
        echo kit >"$1/kit/here"
        printf yes >"$1/tool/env/TOOL.default"
        printf '[types]\nlaunch = true\n' >"$1/tool.toml"
        printf '[types]\ncache = true\n' >"$1/kit.toml"
        echo added >added.txt
        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_image_is_the_same_as_that_of_root()
    {
        using SampleCopy sample = await SampleCopy.CreateAsync();
        BashBuildpack.Write(Path.Combine(sample.WebDirectory, "buildpacks", "tool"), "acme/tool", "[ -f Web.dll ]", Build);
        string secret = Path.Combine(sample.Root, "secret");
        await File.WriteAllTextAsync(secret, "nobody's business", Token);
        await File.WriteAllTextAsync(Path.Combine(sample.WebDirectory, "Directory.Build.targets"), $"""
            <Project>
              <Import Project="../Directory.Build.targets" />
              <ItemGroup>
                <Buildpack Include="buildpacks/tool" />
                <BuildEnvironmentVariable Include="OWNED" Value="{secret}" />
              </ItemGroup>
            </Project>

            """, Token);
        string[] arguments = [$"-p:ImageLayoutPath={sample.Beside("layout")}", "-p:RunImage=scratch"];
        (string root, string rootLog) = await sample.PublishAsync([.. arguments, $"-p:ImageCacheDirectory={ImageCache.Directory}"], new Surroundings(), Token);
        foreach (string left in (string[])["obj", "bin"]) Directory.Delete(Path.Combine(sample.WebDirectory, left), recursive: true);
        var nobody = new Surroundings { OtherHome = Path.Combine(sample.Root, "home") };

        (string first, string firstLog) = await sample.PublishAsync(arguments, nobody, Token);
        (string second, string secondLog) = await sample.PublishAsync(arguments, nobody, Token);

        Assert.AreEqual("[acme/tool] 1000 /app /layers/acme_tool", Said(rootLog));
        Assert.AreEqual(Said(rootLog), Said(firstLog));
        Assert.AreEqual("[acme/tool] 1000 /app /layers/acme_tool\n[acme/tool] restored kit", Said(secondLog));
        Assert.AreEqual($"{root} {root}", $"{first} {second}");
    }

    private static string Said(string log) =>
        string.Join('\n', log.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("[acme/", StringComparison.Ordinal)));
}

using System.Text.Json;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Buildpacks that are programs, beside the built-in ones, in the publish of a project outside the repository.</summary>
[TestClass]
public sealed class ProgramBuildpackTests
{
    private const string ShowEnvironment = """
        foreach (var name in new[] { "AGENT", "AGENT_MODE", "GREETING" }) Console.WriteLine($"{name}={Environment.GetEnvironmentVariable(name)}");
        Console.WriteLine(File.ReadAllText("added.txt").Trim());
        Console.WriteLine($"{(File.GetUnixFileMode("tool.sh") & UnixFileMode.OtherExecute) != 0} {File.Exists("linked/env/AGENT.default")}");

        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Detects_builds_restores_and_runs_beside_the_built_in_ones()
    {
        using var project = await CreateAsync("""<Buildpack Include="buildpacks/agent;buildpacks/user" />""");
        BashBuildpack.Write(
            project.Beside("App/buildpacks/agent"),
            "acme/agent",
            """
            set -eu
            [ -f "$PWD/App.dll" ]
            echo '[[provides]]
            name = "agent"' >"$CNB_BUILD_PLAN_PATH"
            """,
            """
            set -eu
            echo "agent for $CNB_TARGET_OS/$CNB_TARGET_ARCH"
            grep -q agent "$CNB_BP_PLAN_PATH"
            layer=$CNB_LAYERS_DIR/agent
            if [ -f "$layer.toml" ]; then echo "restored: $(grep built "$layer.toml")"; else echo 'nothing restored'; fi
            mkdir -p "$layer/env" "$layer/env.build" "$layer/bin" "$CNB_LAYERS_DIR/kit/bin" "$CNB_LAYERS_DIR/store"
            printf on >"$layer/env/AGENT.default"
            printf fast >"$layer/env/AGENT_MODE.override"
            printf '#!/bin/sh\necho tool of the kit\n' >"$CNB_LAYERS_DIR/kit/bin/kit-tool"
            chmod 755 "$CNB_LAYERS_DIR/kit/bin/kit-tool"
            printf '[types]\nlaunch = true\n[metadata]\nbuilt = "once"\n' >"$layer.toml"
            printf '[types]\nbuild = true\ncache = true\n' >"$CNB_LAYERS_DIR/kit.toml"
            rmdir "$CNB_LAYERS_DIR/store"
            printf '[[labels]]\nkey = "com.example.agent"\nvalue = "1.2.3"\n[[processes]]\ntype = "report"\ncommand = ["/app/App"]\nargs = ["report"]\n' >"$CNB_LAYERS_DIR/launch.toml"
            """);
        BashBuildpack.Write(
            project.Beside("App/buildpacks/user"),
            "acme/user",
            """
            printf '[[requires]]\nname = "agent"\n' >"$2"
            """,
            """
            set -eu
            kit-tool
            echo "the user says ${GREETING:-nothing}"
            if [ -n "${MSBuildSDKsPath:-}${DOTNET_HOST_PATH:-}${ACME_SECRET:-}" ]; then echo "the environment leaks"; exit 1; fi
            if ls -d /root/* "$HOME"/* 2>/dev/null; then echo "a home is visible"; exit 1; fi
            echo added >added.txt
            printf '#!/bin/sh\n' >tool.sh
            chmod 755 tool.sh
            ln -s /layers/acme_agent/agent linked
            """);

        PublishedLayout first = await PublishAsync(project);
        PublishedLayout second = await PublishAsync(project);

        string[] said = [.. first.Lines.Where(static line => line.StartsWith("[acme/", StringComparison.Ordinal))];
        Assert.AreEqual("""
            [acme/agent] agent for linux/amd64
            [acme/agent] nothing restored
            [acme/user] tool of the kit
            [acme/user] the user says hello
            """, string.Join('\n', said), string.Join('\n', first.Lines));
        Assert.Contains("[acme/agent] restored: built = \"once\"", second.Lines, string.Join("\n", second.Lines));
        Assert.AreEqual(first.Image.Digest, second.Image.Digest);
        Assert.Contains("agent", first.Image.LayerNames);
        Assert.DoesNotContain("kit", first.Image.LayerNames);
        JsonElement labels = first.Image.Execution.GetProperty("Labels");
        Assert.AreEqual("1.2.3", labels.GetProperty("com.example.agent").GetString());
        await using var podman = new Podman();
        CommandResult run = await podman.RunAsync($"oci:{first.Path}:latest", cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("AGENT=on\nAGENT_MODE=fast\nGREETING=\nadded\nTrue True\n", run.EnsureSuccess().Output);
        Assert.IsFalse(File.Exists(Path.Combine(project.Directory, "bin/Release/net10.0/publish/added.txt")), "the publish directory is the user's");
        Assert.IsEmpty(Directory.GetFiles(Path.Combine(project.Directory, "obj/Release/net10.0/image"), "GREETING", SearchOption.AllDirectories), "what the user sets may be a secret");
    }

    [TestMethod]
    public async Task What_a_buildpack_says_when_it_fails_is_shown_with_its_name()
    {
        using var project = await CreateAsync("""<Buildpack Include="buildpacks/broken" />""");
        BashBuildpack.Write(project.Beside("App/buildpacks/broken"), "acme/broken", "exit 0", "echo 'no compiler here' >&2; exit 7");

        PublishResult published = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={project.Beside("layout")}"), cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual(1, published.Command.ExitCode);
        Assert.Contains("[acme/broken] no compiler here", published.Command.All);
        Assert.MatchesRegex(@"error BPT2210: .*acme/broken@1\.2\.3.*bin/build.*7", published.Command.All);
        Assert.IsFalse(Directory.Exists(project.Beside("layout")));
    }

    [TestMethod]
    public async Task An_optional_buildpack_that_cannot_tell_whether_it_applies_is_left_out_which_is_said()
    {
        using var project = await CreateAsync("""<Buildpack Include="buildpacks/broken" Optional="true" />""");
        BashBuildpack.Write(project.Beside("App/buildpacks/broken"), "acme/broken", "echo 'no compiler here' >&2; exit 3", "exit 0");

        PublishedLayout published = await PublishAsync(project);

        Assert.Contains(
            "acme/broken@1.2.3 could not tell whether it applies, and is left out: its bin/detect ended with exit code 3 and said 'no compiler here'.",
            string.Join('\n', published.Lines));
    }

    [TestMethod]
    public async Task Detection_says_what_was_required_of_whom()
    {
        using var project = await CreateAsync("""<Buildpack Include="buildpacks/needy" />""");
        BashBuildpack.Write(project.Beside("App/buildpacks/needy"), "acme/needy", """printf '[[requires]]\nname = "node"\n' >"$2" """, "exit 0");

        CommandResult detected = await project.DotNetAsync(
            ["build", "-c", "Release", "-nodeReuse:false", "-t:DetectBuildpacks", "-p:RunImage=debian://trixie"], cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual(1, detected.ExitCode);
        Assert.Contains("error BPT2010", detected.All);
        Assert.Contains("acme/needy: it requires 'node', which no buildpack provides", detected.All);
    }

    private static async Task<SdkProject> CreateAsync(string items)
    {
        SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            More = $"""<ItemGroup>{items}<BuildEnvironmentVariable Include="GREETING" Value="hello" /></ItemGroup>""",
        });
        project.Write("Program.cs", ShowEnvironment);
        return project;
    }

    private async Task<PublishedLayout> PublishAsync(SdkProject project)
    {
        string layout = project.Beside("layout");
        PublishResult published = await project.PublishImageAsync(
            Publishing.OnDebian($"-p:ImageLayoutPath={layout}"), [new("ACME_SECRET", "hidden")], TestContext.CancellationToken);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        return new PublishedLayout(layout, await ImageInLayout.ReadAsync(layout, TestContext.CancellationToken), [.. published.Command.Output.Split('\n').Select(static line => line.Trim())]);
    }

    private sealed record PublishedLayout(string Path, ImageInLayout Image, IReadOnlyList<string> Lines);
}

using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What a buildpack finds of its build before, with the image in a registry and the cache on this machine or on none.</summary>
[TestClass]
public sealed class RestoredLayerTests
{
    // A time comes back as text: the label is JSON. The name says the flags: b(uild), c(ache), l(aunch), n(one). What is there is kept as it is, without a look at its contents.
    private const string Build = """
        set -eu
        cd "$CNB_LAYERS_DIR"
        runs=1
        [ ! -f store.toml ] || runs=$(($(sed -n 's/^runs = //p' store.toml) + 1))
        printf '[metadata]\nruns = %d\n' $runs >store.toml
        restored=
        for layer in bcl bc bl b cl c l n; do
            metadata=- contents=-
            if [ -f $layer.toml ]; then
                if grep -q -e types -e launch $layer.toml; then echo "$layer.toml has types"; exit 1; fi
                metadata=$(sed -n 's/^run = //p' $layer.toml)
                for line in 'text = "ä \" \\"' 'when = "2026-01-02T03:04:05Z"' 'numbers = [1, 2.5, []]'; do
                    grep -qxF "$line" $layer.toml || { echo "not in $layer.toml: $line"; cat $layer.toml; exit 1; }
                done
            fi
            [ ! -d $layer ] || contents=$(cat $layer/made)
            restored="$restored $layer:$metadata/$contents"
            of=$runs
            if [ $metadata != - ] && { [ $contents != - ] || [ $layer = l ]; }; then
                of=$metadata
            else
                mkdir $layer
                echo $layer$runs >$layer/made
                head -c 30000 /dev/urandom >$layer/large
            fi
            printf '[metadata]\nrun = %d\ntext = "ä \\" \\\\"\n[metadata.deep]\nwhen = 2026-01-02T03:04:05Z\nnumbers = [1, 2.5, []]\n[types]\n' $of >$layer.toml
            case $layer in *b*) echo 'build = true' >>$layer.toml ;; esac
            case $layer in *c*) echo 'cache = true' >>$layer.toml ;; esac
            case $layer in *l*) echo 'launch = true' >>$layer.toml ;; esac
        done
        mkdir -p b/bin b/env.build
        printf '#!/bin/sh\necho "tool of run %d"\n' $runs >b/bin/kit-tool
        chmod 755 b/bin/kit-tool
        printf kit >b/env.build/KIT.override
        echo "run $runs:$restored"
        """;

    private const string App = """
        foreach (string layer in Directory.GetDirectories("/layers/acme_keeper").Order(StringComparer.Ordinal)) Console.WriteLine(File.ReadAllText($"{layer}/made").Trim());

        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task What_the_flags_promise_is_there_again_and_a_kept_layer_is_not_sent_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Properties = new Dictionary<string, string> { ["InvariantGlobalization"] = "true" },
            More = """<ItemGroup><Buildpack Include="buildpacks/keeper;buildpacks/reader" /></ItemGroup>""",
        });
        project.Write("Program.cs", App);
        BashBuildpack.Write(project.Beside("App/buildpacks/keeper"), "acme/keeper", "exit 0", Build);
        BashBuildpack.Write(project.Beside("App/buildpacks/reader"), "acme/reader", "exit 0", """
            kit-tool
            echo $KIT $(cd /layers/acme_keeper && ls -d n*)
            """);

        Published first = await PublishAsync(project, registry, ImageCache.Directory);
        project.Write("Program.cs", App + "Console.WriteLine(\"changed\");\n");
        Published second = await PublishAsync(project, registry, ImageCache.Directory);

        string[] reader = ["[acme/reader] tool of run 1", "[acme/reader] kit n.ignore n.toml"];
        AssertSaid(first, ["[acme/keeper] run 1: bcl:-/- bc:-/- bl:-/- b:-/- cl:-/- c:-/- l:-/- n:-/-", .. reader]);
        AssertSaid(second, ["[acme/keeper] run 2: bcl:1/bcl1 bc:1/bc1 bl:-/- b:-/- cl:1/cl1 c:1/c1 l:1/- n:-/-", "[acme/reader] tool of run 2", reader[1]]);
        // The app's layer, the one layer that had to be made again, and the config.
        Assert.AreEqual(3, RegistryContents.Sent(second.Requests).Count, string.Join('\n', second.Requests));
        AssertUntouched(first, second, "bcl", "cl", "l");
        Assert.AreNotEqual(first.Layers["bl"], second.Layers["bl"]);

        // Another machine: nothing but the project and the registry.
        Directory.Delete(Path.Combine(project.Directory, "obj", "Release", "net10.0", "image"), recursive: true);
        Published third = await PublishAsync(project, registry, project.Beside("empty"));

        AssertSaid(third, ["[acme/keeper] run 3: bcl:-/- bc:-/- bl:-/- b:-/- cl:-/- c:-/- l:1/- n:-/-", "[acme/reader] tool of run 3", reader[1]]);
        AssertUntouched(first, third, "l");
        Assert.AreEqual(4, RegistryContents.Sent(third.Requests).Count, "bcl, bl, cl and the config\n" + string.Join('\n', third.Requests));
        await using var podman = new Podman();
        CommandResult run = await podman.RunAsync($"{registry.Host}/app:latest", cancellationToken: Token);
        Assert.AreEqual("bcl3\nbl3\ncl3\nl1\nchanged\n", run.EnsureSuccess().Output);

        // The registry has lost the kept layer: the buildpack has to make it anew.
        registry.Lose(third.Layers["l"]["sha256:".Length..]);
        Published fourth = await PublishAsync(project, registry, project.Beside("empty"));
        Assert.AreNotEqual(third.Layers["l"], fourth.Layers["l"]);
        Assert.AreEqual("", string.Join('\n', await new RegistryContents(registry).ProblemsAsync("app", "latest", Token)));
    }

    private static void AssertSaid(Published published, string[] lines) => Assert.AreEqual(string.Join('\n', lines), string.Join('\n', published.Lines));

    private static void AssertUntouched(Published before, Published after, params string[] names)
    {
        foreach (string name in names)
        {
            Assert.AreEqual(before.Layers[name], after.Layers[name], name);
            Assert.AreEqual("", string.Join('\n', after.Requests.Where(request => request.Path.Contains(before.Layers[name], StringComparison.Ordinal))), name);
        }
    }

    private async Task<Published> PublishAsync(SdkProject project, RegistryServer registry, string cache)
    {
        await registry.ClearRequestsAsync(Token);
        PublishResult published = await project.PublishImageAsync(
            Publishing.OnDebian($"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=app"), [new("ImageCacheDirectory", cache)], Token);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        Assert.IsEmpty(published.Warnings, published.Command.All);
        IReadOnlyList<RegistryRequest> requests = await registry.GetRequestsAsync(Token);
        JsonNode report = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(project.Directory, "obj", "Release", "net10.0", "image", "report.json"), Token))!;
        return new Published(
            [.. published.Command.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("[acme/", StringComparison.Ordinal))],
            report["buildpacktasks"]!["layers"]!.AsArray().Where(static layer => layer!["name"] is not null).ToDictionary(static layer => (string)layer!["name"]!, static layer => (string)layer!["digest"]!),
            requests);
    }

    private sealed record Published(IReadOnlyList<string> Lines, IReadOnlyDictionary<string, string> Layers, IReadOnlyList<RegistryRequest> Requests);
}

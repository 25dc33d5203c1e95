using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What programs of one build get from the platform and from each other, and where versions of the API differ.</summary>
[TestClass]
public sealed class ProgramRulesTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task Plans_environments_and_layers_pass_from_one_buildpack_to_the_next()
    {
        // The oldest API: arguments by position, all that it provides twice, and a name that it leaves to somebody else.
        BashBuildpack.Write(directory.Combine("first"), "acme/first", """
            [ $# = 2 ] && [ -d "$1/env" ]
            printf '[[provides]]\nname = "jdk"\n[[provides]]\nname = "tool"\n' >"$2"
            """, """
            set -eu
            [ "$1" = "$CNB_LAYERS_DIR" ] && [ "$2" = "$CNB_PLATFORM_DIR" ] && [ "$3" = "$CNB_BP_PLAN_PATH" ]
            echo "MODE=$MODE OPERATOR=$OPERATOR os=${CNB_TARGET_OS:-unknown} for=${CNB_EXEC_ENV:-unknown}"
            cd "$1"
            for layer in jdk jdk-tools; do
                mkdir -p $layer/bin $layer/lib $layer/include $layer/pkgconfig $layer/env.build
                printf '#!/bin/sh\necho %s\n' $layer >$layer/bin/which-layer
                chmod 755 $layer/bin/which-layer
                printf $layer >$layer/env.build/JOINED.append
                printf , >$layer/env.build/JOINED.delim
                printf $layer >$layer/env.build/LAST
                printf no >$layer/env.build/MODE.default
                printf '[types]\nbuild = true\n' >$layer.toml
            done
            printf '[[unmet]]\nname = "tool"\n' >build.toml
            """, api: "0.8");
        BashBuildpack.Write(directory.Combine("second"), "acme/second", """printf '[[provides]]\nname = "tool"\n' >"$CNB_BUILD_PLAN_PATH" """, """
            set -eu
            echo "plan: $(tr '\n' ' ' <"$CNB_BP_PLAN_PATH")"
            echo "MODE=${MODE:-} $(cat /platform/env/MODE) OPERATOR=$OPERATOR os=$CNB_TARGET_OS/$CNB_TARGET_ARCH for=$CNB_EXEC_ENV"
            echo "$(which-layer) $LIBRARY_PATH $CPATH $PKG_CONFIG_PATH JOINED=$JOINED LAST=$LAST"
            mkdir "$CNB_LAYERS_DIR/checks"
            echo checks >"$CNB_LAYERS_DIR/checks/file"
            printf '[types]\nlaunch = true\n[metadata]\nexec-env = ["test"]\n' >"$CNB_LAYERS_DIR/checks.toml"
            """, buildpack: "clear-env = true");
        BashBuildpack.Write(directory.Combine("third"), "acme/third", """
            printf '[[requires]]\nname = "none"\n[[or]]\n[[or.requires]]\nname = "jdk"\n[[or.requires]]\nname = "tool"\n[or.requires.metadata]\nversion = "2"\n' >"$CNB_BUILD_PLAN_PATH"
            """, """echo "plan: $(cat "$CNB_BP_PLAN_PATH")" """);
        BashBuildpack.Write(directory.Combine("fourth"), "acme/fourth", "exit 0", "echo for $CNB_EXEC_ENV", buildpack: """exec-env = ["test"]""");
        directory.Write("operator/env/OPERATOR.override", "yes");
        string descriptor = directory.Write("project.toml", """
            [_]
            schema-version = "0.2"
            [[io.buildpacks.group]]
            uri = "first"
            [[io.buildpacks.group]]
            uri = "second"
            [[io.buildpacks.group]]
            uri = "third"
            [[io.buildpacks.group]]
            uri = "fourth"

            """);
        string[] arguments = [$"-p:ProjectDescriptor={descriptor}", $"-p:BuildConfigDirectory={directory.Combine("operator")}", "-p:TestMode=user"];

        SharedResult production = await SharedProject.Programs.PublishImageAsync(arguments, Token);
        SharedResult test = await SharedProject.Programs.PublishImageAsync([.. arguments, "-p:ImageExecutionEnvironment=test"], Token);

        // 'jdk-tools.toml' is before 'jdk.toml', so that 'jdk' is the last to go before what is there.
        Assert.AreEqual("""
            [acme/first] MODE=user OPERATOR=yes os=unknown for=unknown
            [acme/second] plan: [[entries]] name = "tool"  [entries.metadata] version = "2"
            [acme/second] MODE=no user OPERATOR=yes os=linux/amd64 for=production
            [acme/second] jdk /layers/acme_first/jdk/lib:/layers/acme_first/jdk-tools/lib /layers/acme_first/jdk/include:/layers/acme_first/jdk-tools/include /layers/acme_first/jdk/pkgconfig:/layers/acme_first/jdk-tools/pkgconfig JOINED=jdk-tools,jdk LAST=jdk
            [acme/third] plan: entries = []
            """, Said(production), production.Command.All);
        Assert.AreEqual(Said(production).Replace("for=production", "for=test", StringComparison.Ordinal) + "\n[acme/fourth] for test", Said(test), test.Command.All);
        Assert.DoesNotContain("checks", (await ImageInLayout.ReadAsync(production.Layout, Token)).LayerNames);
        LayerInLayout checks = (await ImageInLayout.ReadAsync(test.Layout, Token))["checks"];
        Assert.AreEqual("checks\n", Encoding.UTF8.GetString(await checks.ReadAsync("/layers/acme_second/checks/file", Token)));
    }

    private static string Said(SharedResult result) => string.Join('\n', result.Lines.Where(static line => line.StartsWith("[acme/", StringComparison.Ordinal)));
}

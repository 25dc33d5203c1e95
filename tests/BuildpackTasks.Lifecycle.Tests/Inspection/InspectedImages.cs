using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Images to be inspected, with the labels that their makers leave.</summary>
internal static class InspectedImages
{
    /// <summary>An image as this lifecycle makes it.</summary>
    public static Image Own => Of(
        ["os", "runtime", "packages", "sbom", "lib", "app"],
        """
        {"app":[{"sha":"{lib}"},{"sha":"{app}"}],
         "buildpacks":[
           {"key":"buildpacktasks/debian-packages","version":"0.1.0","layers":{"debian-packages":{"sha":"{packages}","launch":true,"build":false,"cache":false,"data":{"packages":["libgdiplus 6.1-1","libcairo2 1.18.4-1+b1"]}}}},
           {"key":"acme/runtime","version":"1.2.3","layers":{"runtime":{"sha":"{runtime}","launch":true,"build":false,"cache":false},"tools":{"sha":"{tools}","launch":false,"build":true,"cache":true}}}],
         "runImage":{"topLayer":"{os}","reference":"registry.example/base@{base}","image":"registry.example/base:1","mirrors":["mirror.example/base:1"]},
         "sbom":{"sha":"{sbom}"},"config":{"sha":""},"launcher":{"sha":""},"process-types":{"sha":""},
         "stack":{"runImage":{"image":"registry.example/base:1"}},"exec-env":"production","buildpacktasks":{"version":1}}
        """,
        """
        {"buildpacks":[{"id":"buildpacktasks/debian-packages","version":"0.1.0"},{"id":"acme/runtime","version":"1.2.3","homepage":"https://acme.example/"}],
         "processes":[{"type":"web","command":["/app/Shop"],"args":["--open","a b"],"direct":true,"buildpackID":"acme/runtime"},{"type":"migrate","command":["/app/Shop","migrate"],"args":[],"direct":true,"working-dir":"/srv","buildpackID":"acme/runtime"}],
         "launcher":{"version":"0.2.0"},"buildpack-default-process-type":"web"}
        """,
        new KeyValuePair<string, string>("io.buildpacks.project.metadata", """{"source":{"type":"git","version":{"commit":"abc"}}}"""));

    /// <summary>An image as old versions of the reference made it, with the shell's commands and the stack's labels.</summary>
    public static Image Legacy => Of(
        ["stack base", "stack top", "ruby", "app", "config", "launcher"],
        """
        {"app":[{"sha":"{app}"}],"config":{"sha":"{config}"},"launcher":{"sha":"{launcher}"},
         "buildpacks":[{"key":"heroku/ruby","version":"0.1","layers":{"gems":{"sha":"{ruby}","data":null,"build":true,"launch":true,"cache":true}}}],
         "runImage":{"topLayer":"{stack top}","reference":"index.docker.io/library/run@{base}"},
         "stack":{"runImage":{"image":"cnbs/sample-stack-run:bionic","mirrors":["gcr.io/cnbs/run:bionic"]}}}
        """,
        """{"processes":[{"type":"web","command":"bundle exec rackup","args":null,"direct":false,"default":true,"buildpackID":"heroku/ruby"}],"buildpacks":[{"id":"heroku/ruby","version":"0.1"}],"bom":[]}""",
        new KeyValuePair<string, string>("io.buildpacks.stack.id", "io.buildpacks.stacks.bionic"));

    /// <summary>An image that no buildpacks lifecycle made.</summary>
    public static Image Plain => NamedImages.Of(["base", "files"]).WithConfig(static config => config.WithEntrypoint(["/server"], ["--port", "80"]));

    /// <summary>An image of layers with labels.</summary>
    public static Image Of(IEnumerable<string> layers, string metadata, string build, params KeyValuePair<string, string>[] labels) =>
        NamedImages.Of(layers).WithMetadata(metadata).With([], [new("io.buildpacks.build.metadata", build), .. labels]);
}

using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ProjectFileTests
{
    [TestMethod]
    public void A_file_of_version_0_1_is_read()
    {
        ProjectFile file = Read("""
            [project]
            id = "com.example.app"
            name = "app"
            version = "1.0.2"
            source-url = "https://example.com/source"
            [[project.licenses]]
            type = "MIT"

            [build]
            builder = "registry.example.com/builder:1"
            exclude = ["*.pdb"]
            [[build.buildpacks]]
            id = "example/lua"
            version = "1.0.0"
            [[build.buildpacks]]
            uri = "https://example.com/buildpack.tgz"
            [[build.env]]
            name = "JAVA_OPTS"
            value = "-Xmx300m"

            [metadata]
            pipeline = "Lucerne"
            """);

        Assert.AreEqual("0.1 com.example.app app 1.0.2 https://example.com/source registry.example.com/builder:1", $"{file.SchemaVersion} {file.Id} {file.Name} {file.Version} {file.SourceUrl} {file.Builder}");
        Assert.AreEqual("example/lua 1.0.0 -; - - https://example.com/buildpack.tgz", Write(file.Group));
        Assert.AreEqual("JAVA_OPTS=-Xmx300m", Environment(file, "production"));
        Assert.IsFalse(file.Filter.Keeps("bin/app.pdb"));
        Assert.IsTrue(file.Filter.Keeps("bin/app.dll"));
        Assert.IsEmpty(file.IgnoredKeys);
    }

    [TestMethod]
    public void A_file_of_version_0_2_is_read()
    {
        ProjectFile file = Read("""
            [_]
            schema-version = "0.2"
            id = "com.example.app"
            name = "app"
            version = "1.0.2"
            authors = ["somebody"]
            [[_.licenses]]
            uri = "LICENSE"
            [_.metadata]
            pipeline = "Lucerne"

            [io.buildpacks]
            builder = "registry.example.com/builder:1"
            include = ["*.dll", "wwwroot/"]
            [[io.buildpacks.pre.group]]
            uri = "https://example.com/pre"
            [[io.buildpacks.group]]
            id = "example/lua"
            version = "latest"
            [[io.buildpacks.group]]
            id = "my/script"
              [io.buildpacks.group.script]
              api = "0.10"
              inline = "touch a"
            [[io.buildpacks.post.group]]
            uri = "../post"
            [[io.buildpacks.build.env]]
            name = "JAVA_OPTS"
            value = "-Xmx300m"
            [[io.buildpacks.env.build]]
            name = "JAVA_OPTS"
            value = "earlier name of the table"

            [com.example]
            own = true
            """);

        Assert.AreEqual("0.2 com.example.app app 1.0.2 registry.example.com/builder:1", $"{file.SchemaVersion} {file.Id} {file.Name} {file.Version} {file.Builder}");
        Assert.AreEqual("example/lua - -; my/script - -", Write(file.Group));
        Assert.AreEqual("- - https://example.com/pre", Write(file.Pre));
        Assert.AreEqual("- - ../post", Write(file.Post));
        Assert.AreEqual("/bin/sh: touch a", $"{file.Group[1].Script!.Shell}: {file.Group[1].Script!.Inline}");
        Assert.AreEqual("JAVA_OPTS=-Xmx300m", Environment(file, "production"));
        Assert.IsTrue(file.Filter.Keeps("wwwroot/site.css"));
        Assert.IsFalse(file.Filter.Keeps("app.pdb"));
        Assert.IsEmpty(file.IgnoredKeys);
    }

    [TestMethod]
    public void The_environment_that_earlier_files_of_version_0_2_have_is_read()
    {
        const string text = "[_]\nschema-version = \"0.2\"\n[[io.buildpacks.env.build]]\nname = \"A\"\nvalue = \"1\"\n";

        Assert.AreEqual("A=1", Environment(Read(text), "production"));
        ProjectFile later = Read(text.Replace("0.2", "0.3"));
        Assert.AreEqual("", Environment(later, "production"));
        Assert.AreEqual("io.buildpacks.env", string.Join(' ', later.IgnoredKeys));
    }

    [TestMethod]
    public void A_file_of_version_0_3_has_execution_environments()
    {
        ProjectFile file = Read("""
            [_]
            schema-version = "0.3"
            [[io.buildpacks.group]]
            id = "example/agent"
            exec-env = ["production"]
            [[io.buildpacks.build.env]]
            name = "MODE"
            value = "any"
            [[io.buildpacks.build.env]]
            name = "MODE"
            value = "test"
            exec-env = ["test"]
            [[io.buildpacks.build.env]]
            name = "WORKERS"
            value = "4"
            exec-env = ["production", "*"]
            """);

        Assert.AreEqual("production", string.Join(' ', file.Group.Single().ExecutionEnvironments));
        Assert.AreEqual("MODE=any WORKERS=4", Environment(file, "production"));
        Assert.AreEqual("MODE=test WORKERS=4", Environment(file, "test"));
    }

    [TestMethod]
    public void An_empty_file_asks_for_nothing()
    {
        ProjectFile file = Read("");

        Assert.AreEqual("0.1", file.SchemaVersion);
        Assert.IsTrue(file.Filter.IsAll);
        Assert.IsEmpty(file.Group);
    }

    [TestMethod]
    [DataRow("[project]\nnames = 1\n[metadata]\na = 1\n[[io.buildpacks.build.env]]\nname = \"A\"\nvalue = \"1\"\n[io.docker]\nfile = \"x\"", "project.names io.buildpacks.build")]
    [DataRow("[_]\nschema-version = \"0.2\"\nversions = \"1\"\n[_.metadata]\na = 1\n[[io.buildpacks.build.foo]]\nname = \"a\"\n[io.buildpacks]\nbuildpacks = []\n[io.docker]\nfile = \"x\"", "_.versions io.buildpacks.buildpacks io.buildpacks.build.foo")]
    public void Keys_that_the_schema_does_not_have_are_told(string toml, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', Read(toml).IgnoredKeys));

    [TestMethod]
    [DataRow("[_", "line 1, column 3: a header ends with ']'")]
    [DataRow("[_]\nschema-version = \"0.4\"", "'_.schema-version' is '0.4', not one of 0.1, 0.2, 0.3")]
    [DataRow("[build]\ninclude = [\"a\"]\nexclude = [\"b\"]", "'build.include' and 'exclude' are both there")]
    [DataRow("[_]\nschema-version = \"0.2\"\n[io.buildpacks]\nexclude = [\"b\"]\ninclude = []", "'io.buildpacks.include' and 'exclude' are both there")]
    [DataRow("[build]\ninclude = \"a\"", "'build.include' is not a list")]
    [DataRow("[[build.buildpacks]]\nversion = \"1.2.3\"", "'build.buildpacks[0].id' and 'uri' are both missing")]
    [DataRow("[[build.buildpacks]]\nuri = \"a\"\nversion = \"1.2.3\"", "'build.buildpacks[0].version' and 'uri' are both there")]
    [DataRow("[[build.buildpacks]]\nuri = \"a\"\nscript = { api = \"0.10\", inline = \"a\" }", "'build.buildpacks[0].script' and 'uri' are both there")]
    [DataRow("[[build.buildpacks]]\nid = \"a b\"", "'build.buildpacks[0].id': 'a b' cannot be the name of a buildpack")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nscript = { inline = \"a\" }", "it has no 'build.buildpacks[0].script.api'")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nscript = { api = \"0.5\", inline = \"a\" }", "'build.buildpacks[0].script.api' is '0.5', which is not supported; 0.8, 0.9, 0.10, 0.11, 0.12 are")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nscript = { api = \"0.10\" }", "it has no 'build.buildpacks[0].script.inline'")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nscript = { api = \"0.10\", shell = \"bash\", inline = \"a\" }", "'build.buildpacks[0].script.shell' is 'bash', not the absolute path of a program")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nscript = { api = \"0.10\", shell = \"/bin/sh\\nrm\", inline = \"a\" }", "'build.buildpacks[0].script.shell' is '/bin/sh rm', not the absolute path of a program")]
    [DataRow("[[build.buildpacks]]\nid = \"a\"\nversion = \"../..\"\nscript = { api = \"0.10\", inline = \"a\" }", "'build.buildpacks[0].script.inline' is of a buildpack whose version is '../..', not three numbers such as 1.2.3")]
    [DataRow("[[build.env]]\nvalue = \"1\"", "it has no 'build.env[0].name'")]
    [DataRow("[[build.env]]\nname = \"a/b\"\nvalue = \"1\"", "'build.env[0].name' is 'a/b', which no variable can be called")]
    [DataRow("[[build.env]]\nname = \"..\"\nvalue = \"1\"", "'build.env[0].name' is '..', which no variable can be called")]
    [DataRow("[[build.env]]\nname = \"A\"", "it has no 'build.env[0].value'")]
    [DataRow("[[build.env]]\nname = \"A\"\nvalue = 1", "'build.env[0].value' is not text")]
    [DataRow("[[project.licenses]]", "'project.licenses[0].type' and 'uri' are both missing")]
    public void A_malformed_file_is_refused_with_the_place(string toml, string reason)
    {
        var error = Assert.ThrowsExactly<LifecycleException>(() => Read(toml));

        Assert.AreEqual("BPT2108", error.Code);
        StringAssert.Matches(error.Message, new($@"\A'project\.toml' is malformed: (line \d+, column \d+: )?{System.Text.RegularExpressions.Regex.Escape(reason)}.*\. Correct it\.\z"));
    }

    [TestMethod]
    public async Task A_script_becomes_a_buildpack_that_applies_to_every_app()
    {
        using var directory = new TemporaryDirectory();
        ProjectBuildpack buildpack = Read("""
            [_]
            schema-version = "0.2"
            [[io.buildpacks.group]]
            id = "my/script"
            script = { api = "0.10", shell = "/bin/bash -e", inline = "echo one\ncat \"$CNB_BP_PLAN_PATH\"" }
            """).Group.Single();

        await buildpack.Script!.WriteAsync(buildpack.Id!.Value, buildpack.Version, directory.Path);

        BuildpackFile file = BuildpackFile.ReadDirectory(directory.Path);
        Assert.AreEqual("my/script@0.0.0 0.10", $"{file.Descriptor} {file.Descriptor.Api}");
        Assert.AreEqual("linux", file.Descriptor.Targets.Single().Os);
        Assert.AreEqual("#!/bin/bash -e\n\nexit 0\n", await File.ReadAllTextAsync(directory.Combine("bin/detect")));
        Assert.AreEqual("#!/bin/bash -e\n\necho one\ncat \"$CNB_BP_PLAN_PATH\"\n", await File.ReadAllTextAsync(directory.Combine("bin/build")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual("755 755", $"{Convert.ToString((int)File.GetUnixFileMode(directory.Combine("bin/detect")), 8)} {Convert.ToString((int)File.GetUnixFileMode(directory.Combine("bin/build")), 8)}");
        }
    }

    private static ProjectFile Read(string toml) => ProjectFile.Read(Encoding.UTF8.GetBytes(toml), "project.toml");

    private static string Write(IEnumerable<ProjectBuildpack> buildpacks) =>
        string.Join("; ", buildpacks.Select(static buildpack => $"{buildpack.Id?.ToString() ?? "-"} {(buildpack.Version.Length == 0 ? "-" : buildpack.Version)} {buildpack.Uri ?? "-"}"));

    private static string Environment(ProjectFile file, string executionEnvironment) =>
        string.Join(' ', file.EnvironmentFor(executionEnvironment).Select(static variable => $"{variable.Key}={variable.Value}"));
}

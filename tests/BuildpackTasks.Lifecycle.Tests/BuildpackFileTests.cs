using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class BuildpackFileTests
{
    [TestMethod]
    public void What_a_buildpack_says_of_itself_is_read()
    {
        BuildpackFile file = Read("""
            api = "0.12"

            [buildpack]
            id = "acme/agent"
            version = "1.20.3"
            name = "Agent"
            homepage = "https://example.com/agent"
            description = "Not looked at."
            clear-env = true
            sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json"]
            exec-env = ["production", "test"]

            [[buildpack.licenses]]
            type = "MIT"

            [[targets]]
            os = "linux"
            arch = "arm64"
            variant = "v8"

            [[targets.distros]]
            name = "ubuntu"
            version = "24.04"

            [[targets.distros]]
            name = "debian"

            [[targets]]
            os = "windows"

            [metadata]
            anything = { at = ["all", 1] }
            """);

        Assert.AreEqual(new BuildpackDescriptor(BuildpackId.Parse("acme/agent"), "1.20.3", "0.12", "Agent", "https://example.com/agent"), file.Descriptor with { Targets = Empty.Targets, ExecutionEnvironments = Empty.ExecutionEnvironments, SbomFormats = Empty.SbomFormats, ClearEnvironment = false });
        Assert.IsTrue(file.Descriptor.ClearEnvironment);
        Assert.AreEqual("application/vnd.cyclonedx+json application/spdx+json", string.Join(' ', file.Descriptor.SbomFormats));
        Assert.AreEqual("production test", string.Join(' ', file.Descriptor.ExecutionEnvironments));
        Assert.AreEqual("linux arm64 v8 [ubuntu 24.04, debian *]; windows * * []", Write(file.Descriptor.Targets));
        Assert.IsFalse(file.IsComposite);
        Assert.AreEqual("0.12", file.RequireApi().Version);
    }

    [TestMethod]
    public void The_order_of_a_composite_buildpack_is_read()
    {
        BuildpackFile file = Read("""
            api = "0.12"
            [buildpack]
            id = "acme/all"
            version = "0.0.1"
            [[order]]
            [[order.group]]
            id = "acme/a"
            version = "1.0.0"
            [[order.group]]
            id = "acme/b"
            optional = true
            exec-env = ["test"]
            [[order]]
            [[order.group]]
            id = "acme/c"
            version = "2.0.0"
            optional = false
            """, "build");

        Assert.IsTrue(file.IsComposite);
        Assert.AreEqual("acme/a@1.0.0 acme/b?{test}; acme/c@2.0.0", string.Join("; ", file.Order.Select(static group => string.Join(' ', group.Group.Select(static entry =>
            $"{entry}{(entry.Optional ? "?" : "")}{(entry.ExecutionEnvironments.Count > 0 ? $"{{{string.Join(',', entry.ExecutionEnvironments)}}}" : "")}")))));
        Assert.IsEmpty(file.Descriptor.Targets);
    }

    [TestMethod]
    [DataRow("variant = \"v7\"")]
    [DataRow("arch-variant = \"v7\"")]
    [DataRow("variant = \"v7\"\narch-variant = \"v7\"")]
    public void D2_the_variant_of_a_target_is_read_under_both_names(string keys) =>
        Assert.AreEqual("linux arm v7 []", Write(Read(Valid + $"[[targets]]\nos = \"linux\"\narch = \"arm\"\n{keys}\n").Descriptor.Targets));

    [TestMethod]
    [DataRow("exec-env = [\"test\", \"ci\"]")]
    [DataRow("[[buildpack.exec-env]]\nname = \"test\"\n[[buildpack.exec-env]]\nname = \"ci\"")]
    public void D3_execution_environments_are_read_as_names_and_as_tables(string keys) =>
        Assert.AreEqual("test ci", string.Join(' ', Read(Valid + keys).Descriptor.ExecutionEnvironments));

    [TestMethod]
    public void D4_execution_environments_of_an_order_s_entries_are_read_as_names_and_as_tables()
    {
        IReadOnlyList<OrderReferenceGroup> order = Read(Valid + """
            [[order]]
            group = [{ id = "a", exec-env = ["test"] }, { id = "b", exec-env = [{ name = "production" }] }]
            """).Order;

        Assert.AreEqual("test production", string.Join(' ', order.Single().Group.SelectMany(static entry => entry.ExecutionEnvironments)));
    }

    [TestMethod]
    public void Execution_environments_are_not_known_to_older_apis() =>
        Assert.IsEmpty(Read(Valid.Replace("0.12", "0.11") + "exec-env = [\"test\"]").Descriptor.ExecutionEnvironments);

    [TestMethod]
    [DataRow("0.9", "[[stacks]]\nid = \"*\"", "* * * []")]
    [DataRow("0.12", "[[stacks]]\nid = \"*\"", "* * * []")]
    [DataRow("0.9", "[[stacks]]\nid = \"io.buildpacks.stacks.bionic\"", "linux amd64 * [ubuntu 18.04]")]
    [DataRow("0.9", "[[stacks]]\nid = \"io.buildpacks.stacks.bionic\"\n[[stacks]]\nid = \"heroku-24\"", "linux * * []")]
    [DataRow("0.10", "[[stacks]]\nid = \"io.buildpacks.stacks.bionic\"\n[[stacks]]\nid = \"heroku-24\"", "linux amd64 * [ubuntu 18.04]")]
    [DataRow("0.9", "[[stacks]]\nid = \"heroku-24\"\nmixins = [\"build:git\"]", "linux * * []")]
    [DataRow("0.12", "[[stacks]]\nid = \"*\"\n[[targets]]\nos = \"linux\"", "linux * * []")]
    public void Legacy_stacks_become_targets_as_in_the_reference(string api, string tables, string expected) =>
        Assert.AreEqual(expected, Write(Read(Valid.Replace("0.12", api) + tables, "build", "detect").Descriptor.Targets));

    [TestMethod]
    [DataRow("build detect", "linux * * []")]
    [DataRow("build.exe detect.exe", "windows * * []")]
    [DataRow("build build.bat", "windows * * []; linux * * []")]
    [DataRow("", "")]
    public void Without_targets_the_programs_tell_what_a_buildpack_is_for(string programs, string expected) =>
        Assert.AreEqual(expected, Write(Read(Valid, programs.Split(' ')).Descriptor.Targets));

    [TestMethod]
    [DataRow("api = ", "line 1, column 7: the document ends where a value is expected")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\nversion = \"1.0.0\"", "line 3, column 6: the string is not closed on its line")]
    [DataRow("", "line 1, column 1: it has no 'buildpack'")]
    [DataRow("[buildpack]\nid = \"a\"\nversion = \"1.0.0\"", "line 1, column 1: it has no 'api'")]
    [DataRow("api = 0.12\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"", "line 1, column 1: 'api' is not text")]
    [DataRow("api = \"new\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"", "line 1, column 1: 'api' is 'new', not a version such as 0.12")]
    [DataRow("api = \"0.12\"\n[buildpack]\nversion = \"1.0.0\"", "line 2, column 1: it has no 'buildpack.id'")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a b\"\nversion = \"1.0.0\"", "line 3, column 1: 'buildpack.id': 'a b' cannot be the name of a buildpack: it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"..\"\nversion = \"1.0.0\"", "line 3, column 1: 'buildpack.id': '..' cannot be the name of a buildpack: it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"sbom\"\nversion = \"1.0.0\"", "line 3, column 1: 'buildpack.id': 'sbom' cannot be the name of a buildpack: it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"", "line 2, column 1: it has no 'buildpack.version'")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0\"", "line 4, column 1: 'buildpack.version' is '1.0', not three numbers without leading zeros such as 1.2.3")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.01\"", "line 4, column 1: 'buildpack.version' is '1.0.01', not three numbers without leading zeros such as 1.2.3")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0-beta\"", "line 4, column 1: 'buildpack.version' is '1.0.0-beta', not three numbers without leading zeros such as 1.2.3")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\nclear-env = \"yes\"", "line 5, column 1: 'buildpack.clear-env' is not true or false")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\nsbom-formats = [1]", "line 5, column 1: 'buildpack.sbom-formats' is not a list of texts")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[order]]", "line 5, column 1: 'order[0].group' names no buildpack")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[order]]\n[[order.group]]\nversion = \"1.0.0\"", "line 6, column 1: it has no 'order[0].group[0].id'")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[order]]\n[[order.group]]\nid = \"b\"\noptional = 1", "line 8, column 1: 'order[0].group[0].optional' is not true or false")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[order]]\n[[order.group]]\nid = \"b\"\n[[targets]]\nos = \"linux\"", "line 8, column 1: 'targets' and 'order' are both there")]
    [DataRow("api = \"0.9\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[order]]\n[[order.group]]\nid = \"b\"\n[[stacks]]\nid = \"*\"", "line 8, column 1: 'stacks' and 'order' are both there")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[targets]]\nos = 1", "line 6, column 1: 'targets[0].os' is not text")]
    [DataRow("api = \"0.12\"\n[buildpack]\nid = \"a\"\nversion = \"1.0.0\"\n[[targets]]\nvariant = \"v7\"\narch-variant = \"v8\"", "line 6, column 1: 'targets[0].variant' is 'v7', and 'arch-variant' is 'v8'")]
    public void A_malformed_file_is_refused_with_its_name_and_the_place(string toml, string reason)
    {
        var error = Assert.ThrowsExactly<LifecycleException>(() => Read(toml));

        Assert.AreEqual($"BPT2100: 'acme/buildpack.toml' is malformed: {reason}. Correct it, or use another version of the buildpack.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("0.7")]
    [DataRow("0.13")]
    [DataRow("1.0")]
    [DataRow("1")]
    public void Another_buildpack_api_is_read_no_further_and_refused_where_it_is_asked_for(string api)
    {
        BuildpackFile file = Read($"""
            api = "{api}"
            [buildpack]
            id = "acme/new"
            version = "1.0.0.0"
            order = "something that is not known yet"
            """);

        var error = Assert.ThrowsExactly<LifecycleException>(() => file.RequireApi());

        Assert.AreEqual($"BPT2102: The buildpack acme/new@1.0.0.0 follows the Buildpack API {api}, which is not supported; 0.8, 0.9, 0.10, 0.11, 0.12 are. Use a version of it that follows one of these.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("0.8")]
    [DataRow("0.9")]
    [DataRow("0.10")]
    [DataRow("0.11")]
    [DataRow("0.12")]
    public void The_supported_buildpack_apis_are_read(string api) => Assert.AreEqual(api, Read(Valid.Replace("0.12", api)).RequireApi().Version);

    [TestMethod]
    public void A_directory_is_read_with_its_programs()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("buildpack.toml", Valid);
        directory.Write("bin/build", "#!/bin/sh\n");

        BuildpackFile file = BuildpackFile.ReadDirectory(directory.Path);

        Assert.AreEqual("linux * * []", Write(file.Descriptor.Targets));
    }

    [TestMethod]
    public void A_directory_without_a_descriptor_is_refused()
    {
        using var directory = new TemporaryDirectory();

        var error = Assert.ThrowsExactly<LifecycleException>(() => BuildpackFile.ReadDirectory(directory.Path));

        Assert.AreEqual($"BPT2101: There is no buildpack.toml in '{directory.Path}'. Give the directory of a buildpack, which has one.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "Links need a right there.")]
    public void A_descriptor_that_leads_elsewhere_is_refused()
    {
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory.Combine("buildpack.toml"), "/etc/hostname");

        var error = Assert.ThrowsExactly<LifecycleException>(() => BuildpackFile.ReadDirectory(directory.Path));

        Assert.AreEqual($"BPT2100: '{directory.Combine("buildpack.toml")}' is malformed: it is a symbolic link. Correct it, or use another version of the buildpack.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void The_order_of_a_builder_is_read()
    {
        BuilderOrder order = BuilderOrder.Read("""
            [[order]]
              [[order.group]]
                id = "acme/a"
                version = "1.0.0"
                optional = true
            [[order-extensions]]
              [[order-extensions.group]]
                id = "acme/extension"
                version = "1.0.0"
            """u8, "order.toml");

        Assert.AreEqual(new OrderReference(BuildpackId.Parse("acme/a"), "1.0.0", Optional: true) with { ExecutionEnvironments = order.Order[0].Group[0].ExecutionEnvironments }, order.Order.Single().Group.Single());
        Assert.IsTrue(order.HasExtensions);
    }

    [TestMethod]
    public void D6_system_buildpacks_go_before_and_after_every_group_and_may_be_optional()
    {
        SystemBuildpacks system = SystemBuildpacks.Read("""
            [[system.pre.buildpacks]]
            id = "pre"
            version = "1.0.0"
            optional = true
            [[system.post.buildpacks]]
            id = "post"
            version = "1.0.0"
            """u8, "system.toml");
        OrderReference app = new(BuildpackId.Parse("app-1"), "");
        OrderReference own = new(BuildpackId.Parse("post"), "2.0.0");

        IReadOnlyList<OrderReferenceGroup> order = system.AddTo([new([app]), new([own, app])]);

        Assert.AreEqual("pre@1.0.0? app-1 post@1.0.0; pre@1.0.0? post@2.0.0 app-1",
            string.Join("; ", order.Select(static group => string.Join(' ', group.Group.Select(static entry => $"{entry}{(entry.Optional ? "?" : "")}")))));
    }

    private const string Valid = "api = \"0.12\"\n[buildpack]\nid = \"acme/a\"\nversion = \"1.0.0\"\n";

    private static readonly BuildpackDescriptor Empty = new(BuildpackId.Parse("none"), "", "");

    private static BuildpackFile Read(string toml, params string[] programs) => BuildpackFile.Read(Encoding.UTF8.GetBytes(toml), "acme/buildpack.toml", programs);

    private static string Write(IReadOnlyList<BuildTarget> targets) => string.Join("; ", targets.Select(static target =>
        $"{target.Os ?? "*"} {target.Architecture ?? "*"} {target.Variant ?? "*"} [{string.Join(", ", target.Distributions.Select(static distribution => $"{distribution.Name ?? "*"} {distribution.Version ?? "*"}"))}]"));
}

using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ProgramEnvironmentTests
{
    private static IEnumerable<object[]> ProgramCases => JsonCase.Load("program-environment.json");

    private static IEnumerable<object[]> FileCases => JsonCase.Load("environment-files.json");

    [TestMethod]
    [DynamicData(nameof(ProgramCases))]
    public void A_program_has_the_whole_environment_that_its_API_says(JsonCase item)
    {
        JsonNode json = item.Json;
        var environment = new ProgramEnvironment
        {
            Inherited = item.Map("inherited"),
            Home = "/home/build",
            RunImage = new RunImageFacts
            {
                Platform = new Platform("linux", "arm64", (string?)json["variant"]),
                DistributionName = (string?)json["distribution"]?[0],
                DistributionVersion = (string?)json["distribution"]?[1],
            },
            Api = BuildpackApi.Supported.Single(api => api.Version == (string)json["api"]!),
            BuildpackDirectory = "/cnb/buildpacks/acme/1.0.0",
            ExecutionEnvironment = (string?)json["execution"] ?? "production",
            BuildEnvironment = item.Changes("layers"),
            UserEnvironment = item.Map("user"),
            OperatorEnvironment = item.Changes("operator"),
            ClearsUserEnvironment = (bool?)json["clear"] ?? false,
        };

        IReadOnlyDictionary<string, string> variables = (string?)json["phase"] == "build" ? environment.ForBuild("/layers/acme", "/plan") : environment.ForDetection("/plan");

        Assert.AreEqual(Lines(item.Map("expect")), Lines(variables));
    }

    [TestMethod]
    [DynamicData(nameof(FileCases))]
    public void Files_of_an_environment_change_it_by_the_suffix_of_their_names(JsonCase item)
    {
        using var directory = new TemporaryDirectory();
        foreach ((string name, string content) in item.Map("files")) directory.Write($"env/{name}", content);
        EnvironmentAction unsuffixed = Enum.Parse<EnvironmentAction>((string?)item.Json["unsuffixed"] ?? "Override");

        IReadOnlyList<EnvironmentVariable> changes = EnvironmentDirectory.Read(directory.Combine("env"), unsuffixed);

        Assert.AreEqual(Lines(item.Map("expect")), Lines(Changed(item.Map("present"), changes)));
    }

    [TestMethod]
    public void A_directory_that_is_not_there_changes_nothing()
    {
        using var directory = new TemporaryDirectory();

        Assert.HasCount(0, EnvironmentDirectory.Read(directory.Combine("env")));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void Links_to_files_are_followed_within_the_directory_only()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("secret", "secret");
        directory.Write("env/..data/A", "value");
        File.CreateSymbolicLink(directory.Combine("env/A"), "..data/A");
        File.CreateSymbolicLink(directory.Combine("env/B"), "A");
        File.CreateSymbolicLink(directory.Combine("env/D.append"), "missing");
        Assert.AreEqual("A=value\nB=value", Lines(Changed(new Dictionary<string, string>(), EnvironmentDirectory.Read(directory.Combine("env")))));
        File.CreateSymbolicLink(directory.Combine("env/C"), "../secret");

        var error = Assert.ThrowsExactly<LifecycleException>(() => EnvironmentDirectory.Read(directory.Combine("env")));

        Assert.AreEqual($"BPT2124: '{directory.Combine("env/C")}', a file of the build's configuration, is a symbolic link that leads elsewhere, and is not followed. Correct or remove it.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [DataRow("A=B", new byte[] { 65 }, "its name has '=' in it")]
    [DataRow("A", new byte[] { 65, 0, 66 }, "it has a byte 0 in it")]
    [DataRow("A", new byte[] { 0xff }, "it is not UTF-8")]
    public void What_cannot_be_a_variable_is_refused(string name, byte[] content, string reason)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write(name, content);

        var error = Assert.ThrowsExactly<LifecycleException>(() => EnvironmentDirectory.Read(directory.Path));

        Assert.AreEqual($"BPT2127: '{path}', a file of the build's configuration, cannot set a variable: {reason}. Correct or remove it.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void A_value_that_no_program_could_be_given_is_refused()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write("A", new byte[(128 << 10) + 1]);

        var error = Assert.ThrowsExactly<LifecycleException>(() => EnvironmentDirectory.Read(directory.Path));

        Assert.AreEqual($"BPT2122: '{path}', a file of the build's configuration, is larger than 128 KiB, which nothing of its kind is. Correct or remove it.", $"{error.Code}: {error.Message}");
    }

    /// <summary>The changed variables: as a program would have them from layers that change what it inherits, and nothing else.</summary>
    private static Dictionary<string, string> Changed(IReadOnlyDictionary<string, string> present, IReadOnlyList<EnvironmentVariable> changes)
    {
        IReadOnlyDictionary<string, string> With(IReadOnlyList<EnvironmentVariable> applied) => new ProgramEnvironment
        {
            Inherited = new Dictionary<string, string>(),
            Home = "/home/build",
            RunImage = new RunImageFacts { Platform = new Platform("linux", "amd64") },
            Api = BuildpackApi.Supported[0],
            BuildpackDirectory = "/cnb/buildpacks/acme/1.0.0",
            BuildEnvironment = applied,
        }.ForDetection("/plan");

        IReadOnlyDictionary<string, string> before = With([.. present.Select(static variable => new EnvironmentVariable(variable.Key, variable.Value, EnvironmentAction.Override))]);
        IReadOnlyDictionary<string, string> after = With([.. present.Select(static variable => new EnvironmentVariable(variable.Key, variable.Value, EnvironmentAction.Override)), .. changes]);
        return after.Where(variable => !before.TryGetValue(variable.Key, out string? old) || old != variable.Value).ToDictionary();
    }

    private static string Lines(IReadOnlyDictionary<string, string> variables) =>
        string.Join('\n', variables.OrderBy(static variable => variable.Key, StringComparer.Ordinal).Select(static variable => $"{variable.Key}={variable.Value}"));
}

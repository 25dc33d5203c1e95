using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>An app, its layers and one buildpack on disk, and what runs the buildpack's programs.</summary>
internal sealed class ProgramSandbox : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public ProgramSandbox()
    {
        foreach (string name in new[] { "app", "layers/test_one", "layers/test_two", "buildpack" }) directory.CreateDirectory(name);
        Settings = new BuildViewSettings
        {
            Phase = ProgramPhase.Build,
            ScratchDirectory = directory.Combine("scratch"),
            AppDirectory = directory.Combine("app"),
            ImageAppDirectory = "/workspace",
            LayersDirectory = directory.Combine("layers"),
            Buildpacks = [new BuildpackDirectory(directory.Combine("buildpack"), BuildpackId.Parse("test/one"), "1.2.3")],
            Hidden = [],
            Timeout = TimeSpan.FromMinutes(1),
        };
    }

    public BuildViewSettings Settings { get; set; }

    public string App => directory.Combine("app");

    public string Layers => directory.Combine("layers");

    public string Scratch => directory.Combine("scratch");

    public BuildpackIsolation Isolation { get; set; } = BuildpackIsolation.Always;

    public BuildImageRoot? Image { get; set; }

    public List<string> Messages { get; } = [];

    /// <summary>The path of something in the sandbox's own directory.</summary>
    public string Combine(params string[] names) => directory.Combine(names);

    /// <summary>Writes a program of the buildpack.</summary>
    public void Write(string program, string body) => Script.Write(directory.Combine("buildpack", "bin", program), body);

    public Task<ProgramRunner> OpenAsync(CancellationToken cancellationToken = default) => ProgramRunner.OpenAsync(Settings, Image, Isolation, Messages.Add, cancellationToken);

    /// <summary>How a program of the buildpack is started.</summary>
    public ProgramStart Start(string program, ProgramRunner runner, params string[] arguments) => new(
        $"/cnb/buildpacks/test_one/1.2.3/bin/{program}",
        arguments,
        new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = runner.HomePath, ["CNB_LAYERS_DIR"] = "/layers/test_one" },
        Settings.ImageAppDirectory)
    {
        Exchange = runner.CreateExchange(),
    };

    /// <summary>Runs a shell script as the buildpack's <c>bin/build</c>.</summary>
    /// <returns>The exit code and the lines that it wrote.</returns>
    public async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(string script, CancellationToken cancellationToken = default)
    {
        Write("build", script);
        await using ProgramRunner runner = await OpenAsync(cancellationToken);
        var lines = new List<string>();
        int code = await runner.RunAsync(Start("build", runner), lines.Add, cancellationToken);
        return (code, lines);
    }

    /// <summary>Runs a script that has to succeed, and gives what it wrote.</summary>
    public async Task<string> OutputAsync(string script, CancellationToken cancellationToken = default)
    {
        (int code, IReadOnlyList<string> lines) = await RunAsync(script, cancellationToken);
        string output = string.Join('\n', lines);
        Assert.AreEqual(0, code, output);
        return output;
    }

    public void Dispose() => directory.Dispose();
}

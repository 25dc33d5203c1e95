namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A buildpack whose build is a script in <c>project.toml</c> (project descriptor specification, <c>[io.buildpacks.group.script]</c>).
/// It applies to every app.
/// </summary>
/// <param name="Api">The Buildpack API that the script follows.</param>
/// <param name="Shell">What runs it, with arguments where it needs some.</param>
/// <param name="Inline">The script.</param>
public sealed record InlineScript(BuildpackApi Api, string Shell, string Inline)
{
    /// <summary>Makes the script a buildpack in a directory: <c>buildpack.toml</c>, <c>bin/detect</c> and <c>bin/build</c>.</summary>
    /// <param name="id">The buildpack's id.</param>
    /// <param name="version">Its version; empty for 0.0.0.</param>
    /// <param name="directory">The directory, an absolute path; files that are there are replaced.</param>
    /// <exception cref="LifecycleException">BPT2005: a file cannot be written.</exception>
    public async Task WriteAsync(BuildpackId id, string version, string directory)
    {
        string toml = Toml.TomlWriter.Write(new Toml.TomlTable
        {
            ["api"] = Api.Version,
            ["buildpack"] = new Toml.TomlTable { ["id"] = id.ToString(), ["version"] = version.Length == 0 ? "0.0.0" : version, ["name"] = id.ToString() },
        });
        await WriteAsync(Path.Combine(directory, "buildpack.toml"), toml, isProgram: false);
        await WriteAsync(Path.Combine(directory, "bin", "detect"), $"#!{Shell}\n\nexit 0\n", isProgram: true);
        await WriteAsync(Path.Combine(directory, "bin", "build"), $"#!{Shell}\n\n{Inline}\n", isProgram: true);
    }

    internal static InlineScript Read(TableReader script, string version)
    {
        string text = script.Text("api");
        if (!BuildpackApi.TryParse(text, out BuildpackApi? api))
            throw script.Bad("api", $"is '{text}', which is not supported; {string.Join(", ", BuildpackApi.Supported)} are");
        string shell = script.OptionalText("shell") is { Length: > 0 } given ? given : "/bin/sh";
        // It becomes the first line of a program.
        if (shell[0] != '/' || shell.Any(char.IsControl)) throw script.Bad("shell", $"is '{shell.ReplaceLineEndings(" ")}', not the absolute path of a program");
        if (version.Length > 0 && !BuildpackFile.IsVersion(version)) throw script.Bad("inline", $"is of a buildpack whose version is '{version}', not three numbers such as 1.2.3");
        return new InlineScript(api, shell, script.Text("inline"));
    }

    private static async Task WriteAsync(string path, string text, bool isProgram)
    {
        await StateFile.WriteAsync(path, async stream =>
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
            await stream.WriteAsync(bytes);
            if (isProgram && !OperatingSystem.IsWindows() && stream is FileStream file)
                File.SetUnixFileMode(file.SafeFileHandle, (UnixFileMode)0b111_101_101);
        });
    }
}

namespace BuildpackTasks.Testing;

/// <summary>Writes buildpacks that are programs, in bash, as anybody might.</summary>
public static class BashBuildpack
{
    /// <summary>Writes one.</summary>
    /// <param name="directory">Where to: the buildpack's directory.</param>
    /// <param name="id">Its id.</param>
    /// <param name="detect">The body of <c>bin/detect</c>.</param>
    /// <param name="build">The body of <c>bin/build</c>.</param>
    /// <param name="api">The Buildpack API that it follows.</param>
    /// <param name="buildpack">Further lines of the table <c>[buildpack]</c>.</param>
    /// <param name="more">What follows that table.</param>
    public static void Write(string directory, string id, string detect, string build, string api = "0.12", string buildpack = "", string more = "")
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "buildpack.toml"), $"""
            api = "{api}"

            [buildpack]
            id = "{id}"
            version = "1.2.3"
            name = "Test"
            homepage = "https://example.com/{id}"
            {buildpack}

            {more}

            """);
        Script.Write(Path.Combine(directory, "bin", "detect"), detect, "/usr/bin/env bash");
        Script.Write(Path.Combine(directory, "bin", "build"), build, "/usr/bin/env bash");
    }
}

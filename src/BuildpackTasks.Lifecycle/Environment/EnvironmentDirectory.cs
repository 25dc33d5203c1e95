using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A directory whose files change variables: a file's name is that of the variable and what is done with it, its contents are the value as
/// they are (buildpack specification, "Environment Variable Modification Rules").
/// </summary>
public static class EnvironmentDirectory
{
    // The longest NAME=VALUE that Linux gives to a program (MAX_ARG_STRLEN).
    private const int MaxLength = 128 << 10;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a directory.</summary>
    /// <param name="path">The directory, as an absolute path. Where there is none, nothing is changed.</param>
    /// <param name="unsuffixed">
    /// What a name without a suffix means: <see cref="EnvironmentAction.Override"/> in a layer, <see cref="EnvironmentAction.Default"/> for
    /// the operator (platform specification, "Operator-Defined Variables").
    /// </param>
    /// <returns>The changes, in the order of the files' names.</returns>
    /// <exception cref="LifecycleException">
    /// BPT2121 to BPT2125: something cannot be read, is too large, is a link that leads elsewhere or is not a file. BPT2127: a name or
    /// contents cannot be those of a variable.
    /// </exception>
    public static IReadOnlyList<EnvironmentVariable> Read(string path, EnvironmentAction unsuffixed = EnvironmentAction.Override) =>
        Read(new WrittenFiles(path, path, FileOrigin.Configuration), "", unsuffixed);

    /// <summary>Reads a directory among files that a program wrote.</summary>
    /// <param name="files">The files.</param>
    /// <param name="directory">The directory, relative to them.</param>
    /// <param name="unsuffixed">What a name without a suffix means.</param>
    internal static IReadOnlyList<EnvironmentVariable> Read(WrittenFiles files, string directory, EnvironmentAction unsuffixed = EnvironmentAction.Override) =>
        EnvironmentFiles.Read(files.Names(directory), name => TextOf(files, Join(directory, name), EnvironmentFiles.Variable(name)), unsuffixed);

    private static string? TextOf(WrittenFiles files, string path, string variable)
    {
        // A directory has no variable: env.launch/TYPE is one of a process.
        if (files.Find(path).Kind == WrittenFileKind.Directory) return null;
        if (variable.Contains('=', StringComparison.Ordinal)) throw LifecycleErrors.BadEnvironmentFile(files.PathOf(path), files.Origin, "its name has '=' in it");
        return Text(files, path);
    }

    private static string Join(string directory, string file) => directory.Length == 0 ? file : $"{directory}/{file}";

    private static string? Text(WrittenFiles files, string path)
    {
        if (files.TryRead(path, MaxLength) is not { } bytes) return null;
        if (bytes.AsSpan().Contains((byte)0)) throw LifecycleErrors.BadEnvironmentFile(files.PathOf(path), files.Origin, "it has a byte 0 in it");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw LifecycleErrors.BadEnvironmentFile(files.PathOf(path), files.Origin, "it is not UTF-8");
        }
    }
}

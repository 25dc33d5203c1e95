namespace BuildpackTasks.Lifecycle;

/// <summary><c>run.toml</c> of a builder (platform specification, "run.toml").</summary>
internal static class RunImageFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="LifecycleException">BPT2100: the document is malformed.</exception>
    public static IReadOnlyList<RunImageNames> Read(ReadOnlySpan<byte> toml, string path) => [.. Images(DescriptorToml.Read(toml, path, LifecycleErrors.MalformedDescriptor))];

    /// <summary>The images that a table lists.</summary>
    public static IEnumerable<RunImageNames> Images(TableReader table) => table.Subs("images").SelectMany(Image);

    /// <summary>The image of a table; none where the table, or what it says, is empty.</summary>
    public static IEnumerable<RunImageNames> Image(TableReader? table) =>
        table?.OptionalText("image") is { Length: > 0 } image ? [new RunImageNames(image, [.. table.Texts("mirrors").Where(static mirror => mirror.Length > 0)])] : [];
}

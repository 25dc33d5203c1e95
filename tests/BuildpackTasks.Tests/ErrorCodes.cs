using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Tests;

[TestClass]
public sealed partial class ErrorCodes
{
    [TestMethod]
    public void Every_code_in_the_source_has_an_entry_in_the_documentation_and_every_entry_a_code()
    {
        string root = Repository.Root;
        string[] raised = [.. Codes(Path.Combine(root, "src"), "*.cs", InSource()).Concat(Codes(Path.Combine(root, "sdk-props"), "*.targets", InTargets())).Distinct().Order()];
        string[] documented = [.. Codes(Path.Combine(root, "docs", "errors"), "*.md", InDocumentation()).Order()];

        Assert.IsTrue(raised.Length > 0, "No code was found in the source: the pattern no longer fits.");
        Assert.AreEqual(string.Join('\n', raised), string.Join('\n', documented));
    }

    private static IEnumerable<string> Codes(string directory, string pattern, Regex code) =>
        Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(file => code.Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

    [GeneratedRegex("\"(BPT[0-9]{4})\"")]
    private static partial Regex InSource();

    [GeneratedRegex("(?:Code=\"|')(BPT[0-9]{4})(?:\"|')")]
    private static partial Regex InTargets();

    [GeneratedRegex("^### (BPT[0-9]{4})", RegexOptions.Multiline)]
    private static partial Regex InDocumentation();
}

using System.Text.RegularExpressions;

namespace BuildpackTasks.Testing.Tests;

[TestClass]
public sealed partial class ErrorDocumentationTests
{
    [TestMethod]
    public void Every_code_has_one_entry_in_the_documentation_and_every_entry_has_a_code()
    {
        var codes = Files("src", "*.cs").Concat(Files("sdk-props", "*.*"))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct().Order(StringComparer.Ordinal);
        var entries = Files(Path.Combine("docs", "errors"), "*.md")
            .SelectMany(file => Entry().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Order(StringComparer.Ordinal);

        Assert.AreEqual(string.Join('\n', codes), string.Join('\n', entries));
    }

    private static IEnumerable<string> Files(string directory, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, directory), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex("\"(BPT[0-9]{4})\"")]
    private static partial Regex Code();

    [GeneratedRegex("^### (BPT[0-9]{4})$", RegexOptions.Multiline)]
    private static partial Regex Entry();
}

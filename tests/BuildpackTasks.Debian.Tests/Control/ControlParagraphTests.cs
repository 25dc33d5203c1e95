using System.Text;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class ControlParagraphTests
{
    [TestMethod]
    public void Paragraphs_fields_and_lines_that_go_on_are_read()
    {
        byte[] file = Encoding.UTF8.GetBytes("\n\nPackage: a\nDescription: first\n second\n .\n# a comment\nVersion:1\n\n\nPackage: b\r\n\r\nPackage: c");

        IReadOnlyList<ControlParagraph> paragraphs = ControlParagraph.ParseAll(file, "A test");

        Assert.AreSequenceEqual(["a", "b", "c"], paragraphs.Select(static one => one["Package"]));
        Assert.AreEqual("first\nsecond\n.", paragraphs[0]["description"]);
        Assert.AreEqual("1", paragraphs[0]["Version"]);
        Assert.IsNull(paragraphs[1]["Version"]);
    }

    [TestMethod]
    [DataRow(" goes on with nothing\n")]
    [DataRow("no colon\n")]
    [DataRow(": no name\n")]
    [DataRow("A: 1\na: 2\n")]
    public void What_is_no_paragraph_is_refused(string text)
    {
        var error = Assert.ThrowsExactly<DebianException>(() => ControlParagraph.ParseAll(Encoding.UTF8.GetBytes(text), "A test"));
        Assert.AreEqual("BPT4001", error.Code);
    }
}

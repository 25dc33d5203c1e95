namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class LayerContentsTests
{
    private static readonly FileContent Content = FileContent.FromBytes([1]);

    [TestMethod]
    public void Entries_are_sorted_by_path_in_ordinal_order_and_parents_are_added()
    {
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("b/ä", Content), LayerEntry.ForFile("b/Z", Content), LayerEntry.ForSymbolicLink("a/x/y", "z")]);

        Assert.AreEqual("a a/x a/x/y b b/Z b/ä", string.Join(' ', contents.Entries.Select(static entry => entry.Path)));
        Assert.AreEqual(LayerEntry.ForDirectory("a/x"), contents.Entries[1]);
    }

    [TestMethod]
    public void A_directory_comes_before_all_that_is_in_it()
    {
        // '-' and '.' sort before '/', so that "a-b" and "a.b" stand between "a" and "a/b".
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("a/b", Content), LayerEntry.ForFile("a-b", Content), LayerEntry.ForFile("a.b/c", Content)]);

        Assert.AreEqual("a a-b a.b a.b/c a/b", string.Join(' ', contents.Entries.Select(static entry => entry.Path)));
    }

    [TestMethod]
    public void A_directory_that_is_given_keeps_its_owner_and_mode()
    {
        LayerEntry given = LayerEntry.ForDirectory("a", (UnixFileMode)0b111_000_000) with { UserId = 5 };

        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("a/b", Content), given]);

        Assert.AreEqual(given, contents.Entries[0]);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("/a")]
    [DataRow("a/")]
    [DataRow("a//b")]
    [DataRow("./a")]
    [DataRow("a/.")]
    [DataRow("../a")]
    [DataRow("a/../b")]
    [DataRow("a\0b")]
    public void A_path_that_is_not_plain_is_refused(string path)
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => LayerContents.Create([LayerEntry.ForFile(path, Content)]));

        Assert.AreEqual("BPT1005", error.Code);
    }

    [TestMethod]
    public void A_path_that_is_there_twice_is_refused()
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => LayerContents.Create([LayerEntry.ForFile("a", Content), LayerEntry.ForDirectory("a")]));

        Assert.AreEqual("A layer cannot be made: the path 'a' is there twice.", error.Message);
    }

    [TestMethod]
    public void A_path_below_a_file_is_refused()
    {
        OciException error = Assert.ThrowsExactly<OciException>(() => LayerContents.Create([LayerEntry.ForFile("a", Content), LayerEntry.ForFile("a/b/c", Content)]));

        Assert.AreEqual("A layer cannot be made: the path 'a/b/c' is below 'a', which is not a directory.", error.Message);
    }

    [TestMethod]
    public void Nothing_is_empty() => Assert.IsTrue(LayerContents.Create([]).IsEmpty);
}

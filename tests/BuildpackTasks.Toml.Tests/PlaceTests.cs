namespace BuildpackTasks.Toml.Tests;

[TestClass]
public sealed class PlaceTests
{
    [TestMethod]
    public void Each_key_and_table_has_the_place_where_it_stands()
    {
        TomlTable document = TomlReader.Read("""
            a = 1
              b.c = "two"

            [table]
            d = { e = 3 }

            [[list]]
            f = 1
            [[list]]
            # nothing
            """);

        Assert.AreEqual(new TomlPlace(1, 1), document.PlaceOf("a"));
        Assert.AreEqual(new TomlPlace(2, 3), document.PlaceOf("b"));
        Assert.AreEqual(new TomlPlace(2, 3), ((TomlTable)document["b"]).PlaceOf("c"));
        Assert.AreEqual(new TomlPlace(4, 1), document.PlaceOf("table"));
        Assert.AreEqual(new TomlPlace(5, 5), ((TomlTable)((TomlTable)document["table"])["d"]).Place);
        Assert.AreEqual(new TomlPlace(5, 7), ((TomlTable)((TomlTable)document["table"])["d"]).PlaceOf("e"));
        Assert.AreEqual(new TomlPlace(7, 1), document.PlaceOf("list"));
        Assert.AreEqual(new TomlPlace(9, 1), ((TomlTable)((TomlArray)document["list"])[1]).Place);
    }

    [TestMethod]
    public void A_key_that_is_missing_has_the_place_of_its_table()
    {
        TomlTable document = TomlReader.Read("a = 1\n\n[table]\nb = 2\n");

        Assert.AreEqual(new TomlPlace(3, 1), ((TomlTable)document["table"]).PlaceOf("c"));
        Assert.AreEqual("line 1, column 1", document.PlaceOf("c").ToString());
    }

    [TestMethod]
    public void A_table_that_was_not_read_has_no_places()
    {
        var table = new TomlTable { ["a"] = 1 };

        Assert.IsNull(table.Place);
        Assert.IsNull(table.PlaceOf("a"));
    }
}

using System.Text.Json.Nodes;

namespace BuildpackTasks.Toml.Tests;

[TestClass]
public sealed class ReadingTests
{
    private static IEnumerable<object[]> ValidCases => TomlCase.Load("valid.json").Select(static item => new object[] { item });

    private static IEnumerable<object[]> InvalidCases => TomlCase.Load("invalid.json").Select(static item => new object[] { item });

    [TestMethod]
    [DynamicData(nameof(ValidCases))]
    public void A_valid_document_has_the_values_that_the_format_gives_it(TomlCase item)
    {
        JsonNode value = TaggedJson.Of(TomlReader.Read(item.Document));

        Assert.IsTrue(JsonNode.DeepEquals(item.Value, value), $"expected {item.Value!.ToJsonString()}\nbut was  {value.ToJsonString()}");
    }

    [TestMethod]
    [DynamicData(nameof(ValidCases))]
    public void What_was_read_reads_the_same_after_it_was_written(TomlCase item)
    {
        TomlTable table = TomlReader.Read(item.Document);

        string written = TomlWriter.Write(table);

        JsonNode value = TaggedJson.Of(TomlReader.Read(written));
        Assert.IsTrue(JsonNode.DeepEquals(item.Value, value), $"expected {item.Value!.ToJsonString()}\nbut was  {value.ToJsonString()}\nfrom\n{written}");
        Assert.AreEqual(written, TomlWriter.Write(TomlReader.Read(written)));
    }

    [TestMethod]
    [DynamicData(nameof(InvalidCases))]
    public void An_invalid_document_is_refused_with_the_place_and_the_reason(TomlCase item)
    {
        var error = Assert.ThrowsExactly<TomlException>(() => TomlReader.Read(item.Document));

        Assert.AreEqual(item.Error, error.Message);
    }

    [TestMethod]
    public void An_error_gives_line_and_column_by_characters_as_people_count_them()
    {
        var error = Assert.ThrowsExactly<TomlException>(() => TomlReader.Read("a = 1\r\nb = \"\U0001F600\U0001F600\" x\n"));

        Assert.AreEqual((2, 10), (error.Line, error.Column));
        Assert.AreEqual("'x' stands where the end of the line is expected", error.Reason);
    }

    [TestMethod]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        var error = Assert.ThrowsExactly<TomlException>(() => TomlReader.Read("a = \"\ud800\"\n"));

        Assert.AreEqual("line 1, column 6: half of a surrogate pair is not a character", error.Message);
    }

    [TestMethod]
    public void No_prefix_of_a_valid_document_makes_the_reader_fail_in_another_way()
    {
        foreach (TomlCase item in TomlCase.Load("valid.json"))
        {
            for (int length = 0; length < item.Document.Length; length++)
            {
                try
                {
                    TomlReader.Read(item.Document.AsSpan(0, length));
                }
                catch (TomlException e)
                {
                    Assert.IsGreaterThan(0, e.Line, item.Name);
                }
            }
        }
    }
}

namespace BuildpackTasks.Toml.Tests;

[TestClass]
public sealed class WritingTests
{
    [TestMethod]
    public void A_document_is_written_in_the_order_of_its_table_with_sub_tables_last()
    {
        var document = new TomlTable
        {
            ["table"] = new TomlTable { ["sub"] = new TomlTable { ["x"] = 1L }, ["y"] = "z" },
            ["b"] = true,
            ["only-leads-on"] = new TomlTable { ["below"] = new TomlTable { ["x"] = 1.0 } },
            ["empty"] = new TomlTable(),
            ["a"] = new TomlArray([1L, "two", new TomlTable { ["three"] = 3L }]),
            ["of-tables"] = new TomlArray([new TomlTable { ["n"] = 1L }, new TomlTable()]),
            ["none"] = new TomlArray(),
        };

        string text = TomlWriter.Write(document);

        Assert.AreEqual("""
            b = true
            a = [1, "two", { three = 3 }]
            none = []

            [table]
            y = "z"

            [table.sub]
            x = 1

            [only-leads-on.below]
            x = 1.0

            [empty]

            [[of-tables]]
            n = 1

            [[of-tables]]

            """.ReplaceLineEndings("\n"), text);
    }

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("", "\"\"")]
    [DataRow("a.b", "\"a.b\"")]
    [DataRow("a b\n", "\"a b\\n\"")]
    [DataRow("é", "\"é\"")]
    public void A_key_is_quoted_when_it_must_be(string key, string written) =>
        Assert.AreEqual($"{written} = 1\n", TomlWriter.Write(new TomlTable { [key] = 1L }));

    [TestMethod]
    public void A_string_is_written_on_one_line_with_what_must_be_escaped() =>
        Assert.AreEqual(
            "a = \"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u007F é😀\"\n",
            TomlWriter.Write(new TomlTable { ["a"] = "\"\\\b\t\n\f\r\0\x7f é😀" }));

    [TestMethod]
    [DataRow(1.0, "1.0")]
    [DataRow(-0.0, "-0.0")]
    [DataRow(0.1, "0.1")]
    [DataRow(1e300, "1E+300")]
    [DataRow(double.MaxValue, "1.7976931348623157E+308")]
    [DataRow(double.NegativeInfinity, "-inf")]
    [DataRow(double.NaN, "nan")]
    public void A_float_stays_a_float(double value, string written) =>
        Assert.AreEqual($"a = {written}\n", TomlWriter.Write(new TomlTable { ["a"] = value }));

    [TestMethod]
    public void Times_are_written_without_digits_that_say_nothing()
    {
        var document = new TomlTable
        {
            ["a"] = new DateTimeOffset(2020, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ["b"] = new DateTimeOffset(2020, 1, 2, 3, 4, 5, 600, TimeSpan.FromHours(-7)),
            ["c"] = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Unspecified),
            ["d"] = new DateOnly(2020, 1, 2),
            ["e"] = new TimeOnly(3, 4, 5, 70),
        };

        Assert.AreEqual(
            "a = 2020-01-02T03:04:05Z\nb = 2020-01-02T03:04:05.6-07:00\nc = 2020-01-02T03:04:05\nd = 2020-01-02\ne = 03:04:05.07\n",
            TomlWriter.Write(document));
    }

    [TestMethod]
    public void A_value_of_a_type_that_the_format_does_not_have_is_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new TomlTable { ["a"] = new object() });
        Assert.ThrowsExactly<ArgumentException>(() => new TomlArray([1m]));
    }
}

using System.Diagnostics;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianVersionTests
{
    [TestMethod]
    [DataRow("1.0", "1.0", 0)]
    [DataRow("1.0", "1.0-0", 0)]
    [DataRow("1.0", "0:1.0", 0)]
    [DataRow("1.00", "1.0", 0)]
    [DataRow("a", "a0", 0)]
    [DataRow("1.0", "1.1", -1)]
    [DataRow("1.9", "1.10", -1)]
    [DataRow("1:0.1", "9.9", 1)]
    [DataRow("1.0~rc1", "1.0", -1)]
    [DataRow("1.0~~", "1.0~", -1)]
    [DataRow("1.0~rc1", "1.0~rc1+b1", -1)]
    [DataRow("1.0a", "1.0+", -1)]
    [DataRow("1.0-1", "1.0-1+deb13u1", -1)]
    [DataRow("1.0-1~deb13u1", "1.0-1", -1)]
    [DataRow("2.41-12+deb13u4", "2.41-12+deb13u10", -1)]
    [DataRow("1:1.3.dfsg+really1.3.1-1+b1", "1:1.3.dfsg-3", 1)]
    [DataRow("99999999999999999999998", "99999999999999999999999", -1)]
    public void Versions_are_ordered_as_the_policy_says(string left, string right, int expected)
    {
        Assert.AreEqual(expected, Math.Sign(Parse(left).CompareTo(Parse(right))));
        Assert.AreEqual(-expected, Math.Sign(Parse(right).CompareTo(Parse(left))));
        Assert.AreEqual(expected == 0, Parse(left).Equals(Parse(right)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(null)]
    [DataRow("1.0-")]
    [DataRow("-1")]
    [DataRow(":1")]
    [DataRow("a:1")]
    [DataRow("1:")]
    [DataRow("1 0")]
    [DataRow("1_0")]
    public void What_is_no_version_is_refused(string? text) => Assert.IsFalse(DebianVersion.TryParse(text, out _));

    [TestMethod]
    public async Task Generated_versions_are_ordered_as_dpkg_orders_them()
    {
        var random = new Random(20260112);
        const string alphabet = "0019a~+.z-:";
        var pairs = new List<(string Left, string Right)>();
        while (pairs.Count < 400)
        {
            string left = Generate(), right = random.Next(3) == 0 ? Generate() : Mutate(left);
            if (DebianVersion.TryParse(left, out _) && DebianVersion.TryParse(right, out _)) pairs.Add((left, right));
        }

        int[] theirs = await DpkgOrderAsync(pairs);

        for (int i = 0; i < pairs.Count; i++)
            Assert.AreEqual(theirs[i], Math.Sign(Parse(pairs[i].Left).CompareTo(Parse(pairs[i].Right))), $"{pairs[i].Left} against {pairs[i].Right}");

        string Generate() => "1" + new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => alphabet[random.Next(alphabet.Length)])]) + "1";
        string Mutate(string text) => text.Insert(random.Next(1, text.Length), alphabet[random.Next(alphabet.Length)].ToString());
    }

    // One shell for all pairs: dpkg compares one pair a process.
    private static async Task<int[]> DpkgOrderAsync(List<(string Left, string Right)> pairs)
    {
        const string script = """
            while read -r left right; do
              if dpkg --compare-versions "$left" lt "$right"; then echo -1
              elif dpkg --compare-versions "$left" gt "$right"; then echo 1
              else echo 0; fi
            done
            """;
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await process.StandardInput.WriteAsync(string.Concat(pairs.Select(static pair => $"{pair.Left} {pair.Right}\n")));
        process.StandardInput.Close();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    private static DebianVersion Parse(string text) =>
        DebianVersion.TryParse(text, out DebianVersion version) ? version : throw new AssertFailedException($"'{text}' is a version");
}

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ChallengeTests
{
    [TestMethod]
    [DataRow("Basic realm=\"a\"", "basic(realm=a)")]
    [DataRow("Bearer realm=\"https://auth.example.com/token\",service=\"s\",scope=\"repository:a:pull,push\"", "bearer(realm=https://auth.example.com/token;scope=repository:a:pull,push;service=s)")]
    [DataRow("bearer Realm = token , service=x", "bearer(realm=token;service=x)")]
    [DataRow("Negotiate, Basic realm=\"a, b\", Bearer realm=\"r\"", "negotiate() basic(realm=a, b) bearer(realm=r)")]
    [DataRow("Bearer realm=\"a\\\"b\"", "bearer(realm=a\"b)")]
    [DataRow("Bearer realm=\"unfinished", "bearer(realm=unfinished)")]
    [DataRow("", "")]
    [DataRow("\"\"", "")]
    [DataRow(" , ,=", "")]
    public void Challenges_are_read_as_far_as_they_make_sense(string header, string expected)
    {
        IReadOnlyList<Challenge> challenges = Challenge.Parse([header]);

        Assert.AreEqual(expected, string.Join(' ', challenges.Select(static challenge =>
            $"{challenge.Scheme}({string.Join(';', challenge.Parameters.OrderBy(static parameter => parameter.Key, StringComparer.Ordinal).Select(static parameter => $"{parameter.Key}={parameter.Value}"))})")));
    }
}

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RecentMapTests
{
    [TestMethod]
    public void What_was_noted_or_asked_for_last_is_remembered_and_the_rest_forgotten()
    {
        var map = new RecentMap<int, string>(100);
        map.Set(-1, "often asked for");
        for (int number = 0; number < 10_000; number++)
        {
            map.Set(number, $"{number}");
            Assert.IsTrue(map.Has(-1));
        }

        Assert.IsTrue(Enumerable.Range(9_900, 100).All(number => map.TryGet(number, out string? value) && value == $"{number}"));
        Assert.AreEqual(0, Enumerable.Range(0, 9_700).Count(map.Has));
    }

    [TestMethod]
    public void A_value_is_forgotten_unless_another_one_took_its_place()
    {
        var map = new RecentMap<int, string>(10);
        map.Set(1, "one");
        map.Set(2, "two");
        map.Set(2, "another");

        map.Remove(1, "one");
        map.Remove(2, "two");

        Assert.IsFalse(map.Has(1));
        Assert.IsTrue(map.TryGet(2, out string? value) && value == "another");
    }

    [TestMethod]
    public async Task One_at_a_time_does_what_concerns_one_thing_and_others_do_not_wait()
    {
        var turns = new Turns<int>();
        using var stop = new CancellationTokenSource();
        IDisposable first = await turns.EnterAsync(1, CancellationToken.None);
        Task<IDisposable> second = turns.EnterAsync(1, CancellationToken.None), given = turns.EnterAsync(1, stop.Token);
        using IDisposable other = await turns.EnterAsync(2, CancellationToken.None);

        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => given);
        Assert.IsFalse(second.IsCompleted);
        first.Dispose();

        (await second).Dispose();
    }
}

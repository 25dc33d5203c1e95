namespace BuildpackTasks.Tests;

[TestClass]
public sealed class ImageTaskTests
{
    [TestMethod]
    public void A_cancellation_that_comes_when_the_task_has_ended_does_no_harm()
    {
        var task = new EndedTask();
        task.Dispose();

        task.Cancel();
    }

    private sealed class EndedTask : ImageTask
    {
        protected override Task ExecuteAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

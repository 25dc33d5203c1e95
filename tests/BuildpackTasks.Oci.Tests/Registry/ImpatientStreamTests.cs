using System.IO.Pipelines;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImpatientStreamTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_server_that_sends_a_byte_now_and_then_is_not_listened_to_for_ever()
    {
        var pipe = new Pipe();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task dripping = DripAsync(pipe.Writer, end.Token);
        using var stream = new ImpatientStream(pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(500), slowest: 1000);

        await Assert.ThrowsExactlyAsync<IOException>(() => stream.CopyToAsync(Stream.Null, Token).WaitAsync(TimeSpan.FromSeconds(30), Token));

        await end.CancelAsync();
        await dripping;
    }

    [TestMethod]
    public async Task A_server_that_sends_nothing_is_not_waited_for()
    {
        var pipe = new Pipe();
        using var stream = new ImpatientStream(pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(100), slowest: 1000);

        await Assert.ThrowsExactlyAsync<IOException>(() => stream.ReadAsync(new byte[1], Token).AsTask());
    }

    [TestMethod]
    public async Task A_reader_may_take_its_time()
    {
        using var stream = new ImpatientStream(new MemoryStream(new byte[4]), TimeSpan.FromMilliseconds(50), slowest: 1000);
        byte[] buffer = new byte[1];

        for (int index = 0; index < 4; index++)
        {
            Assert.AreEqual(1, await stream.ReadAsync(buffer, Token));
            await Task.Delay(60, Token);
        }
    }

    private static async Task DripAsync(PipeWriter to, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await to.WriteAsync(new byte[1], cancellationToken);
                await Task.Delay(20, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}

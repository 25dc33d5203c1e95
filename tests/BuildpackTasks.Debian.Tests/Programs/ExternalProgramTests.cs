namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class ExternalProgramTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task A_program_that_is_not_installed_is_reported_with_the_package_that_has_it()
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => ExternalProgram.RunAsync("no-such-program", "the-package", [], default, 1, TestContext.CancellationToken));

        Assert.AreEqual("BPT4018", error.Code);
        Assert.AreEqual("The program 'no-such-program' is not installed. Install the package the-package.", error.Message);
    }

    [TestMethod]
    public async Task A_program_that_writes_more_than_it_may_is_ended()
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => ExternalProgram.RunAsync("cat", "coreutils", ["/dev/zero"], default, 1000, TestContext.CancellationToken));

        Assert.AreEqual("BPT4019", error.Code);
    }
}
